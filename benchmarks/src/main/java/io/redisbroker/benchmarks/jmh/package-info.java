/**
 * What a profile shows to be hot, by itself. Started with {@code benchmarks/jmh}.
 */
@NullMarked
package io.redisbroker.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
