/**
 * The inbox of channels, and the container that fills it.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.push;

import org.jspecify.annotations.NullMarked;
