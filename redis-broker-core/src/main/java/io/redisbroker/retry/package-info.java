/**
 * Retries after a failure: failure policy, backoff, and the exceptions that control them.
 */
@NullMarked
package io.redisbroker.retry;

import org.jspecify.annotations.NullMarked;
