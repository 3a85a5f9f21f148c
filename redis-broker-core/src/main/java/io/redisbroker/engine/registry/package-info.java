/**
 * Keeps the listeners of an application, and knows transports by one interface.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.registry;

import org.jspecify.annotations.NullMarked;
