/**
 * The part of listening that an application sees: registry, containers, endpoints,
 * settings, and the interceptors and error handlers of its own.
 */
@NullMarked
package io.redisbroker.listener;

import org.jspecify.annotations.NullMarked;
