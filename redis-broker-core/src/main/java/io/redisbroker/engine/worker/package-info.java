/**
 * Deliveries in flight, the workers that handle them, and the life of a container.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.worker;

import org.jspecify.annotations.NullMarked;
