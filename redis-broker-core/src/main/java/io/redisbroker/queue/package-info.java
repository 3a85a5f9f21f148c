/**
 * Listeners of queues, registered in code.
 */
@NullMarked
package io.redisbroker.queue;

import org.jspecify.annotations.NullMarked;
