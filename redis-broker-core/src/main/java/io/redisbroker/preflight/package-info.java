/**
 * What is asked of Redis before messages are entrusted to it.
 */
@NullMarked
package io.redisbroker.preflight;

import org.jspecify.annotations.NullMarked;
