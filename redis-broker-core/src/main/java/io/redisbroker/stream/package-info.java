/**
 * The stream transport: consumer groups with reclaim, and fan-out without a group.
 */
@NullMarked
package io.redisbroker.stream;

import org.jspecify.annotations.NullMarked;
