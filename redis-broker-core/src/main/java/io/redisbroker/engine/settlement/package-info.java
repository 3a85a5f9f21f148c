/**
 * How a delivery ends in Redis: acknowledged, retried, dead-lettered, released or
 * renewed.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.settlement;

import org.jspecify.annotations.NullMarked;
