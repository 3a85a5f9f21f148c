/**
 * The queue transport: lists with leases, popping at most once, and circular lists.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.queue;

import org.jspecify.annotations.NullMarked;
