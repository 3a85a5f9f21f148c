/**
 * The sample application to run first: orders go through a stream to two consumer groups.
 */
@NullMarked
package io.redisbroker.sample;

import org.jspecify.annotations.NullMarked;
