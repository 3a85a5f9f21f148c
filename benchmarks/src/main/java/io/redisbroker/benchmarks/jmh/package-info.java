/**
 * Benchmarks of the code in which profiles show most time. Started with
 * {@code benchmarks/jmh}.
 */
@NullMarked
package io.redisbroker.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
