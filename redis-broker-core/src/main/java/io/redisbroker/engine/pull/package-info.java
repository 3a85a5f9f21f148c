/**
 * The one pull loop of queues and streams, with the deliveries it holds.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.pull;

import org.jspecify.annotations.NullMarked;
