/**
 * What happens after a failure: failure policy and backoff.
 */
@NullMarked
package io.redisbroker.retry;

import org.jspecify.annotations.NullMarked;
