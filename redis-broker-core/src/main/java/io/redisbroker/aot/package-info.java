/**
 * Hints for ahead-of-time processing.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.aot;

import org.jspecify.annotations.NullMarked;
