/**
 * The stream transport: consumer groups with reclaim, and fan-out without a group.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.stream;

import org.jspecify.annotations.NullMarked;
