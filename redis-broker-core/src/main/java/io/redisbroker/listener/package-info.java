/**
 * The engine: endpoints, containers, the one pull loop, the delivery processor, the
 * registry.
 */
@NullMarked
package io.redisbroker.listener;

import org.jspecify.annotations.NullMarked;
