/**
 * The queue transport: lists with leases, popping at most once, and circular lists.
 */
@NullMarked
package io.redisbroker.queue;

import org.jspecify.annotations.NullMarked;
