/**
 * Observations, and events for counting.
 */
@NullMarked
package io.redisbroker.observation;

import org.jspecify.annotations.NullMarked;
