/**
 * Events of listeners, for {@code @EventListener} methods of the application.
 */
@NullMarked
package io.redisbroker.event;

import org.jspecify.annotations.NullMarked;
