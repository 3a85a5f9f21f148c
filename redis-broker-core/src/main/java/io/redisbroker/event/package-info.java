/**
 * What an application can listen for with {@code @EventListener}.
 */
@NullMarked
package io.redisbroker.event;

import org.jspecify.annotations.NullMarked;
