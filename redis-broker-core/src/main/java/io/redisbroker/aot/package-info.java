/**
 * What ahead-of-time processing has to know.
 */
@NullMarked
package io.redisbroker.aot;

import org.jspecify.annotations.NullMarked;
