/**
 * Listeners of channels, registered in code.
 */
@NullMarked
package io.redisbroker.channel;

import org.jspecify.annotations.NullMarked;
