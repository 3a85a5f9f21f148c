/**
 * What an application sees of listening: registry, containers, endpoints, settings, and
 * what it adds to the call of a listener.
 */
@NullMarked
package io.redisbroker.listener;

import org.jspecify.annotations.NullMarked;
