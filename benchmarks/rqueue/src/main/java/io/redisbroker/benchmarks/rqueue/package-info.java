/**
 * Rqueue as a process of its own, which the benchmarks start and control.
 */
@NullMarked
package io.redisbroker.benchmarks.rqueue;

import org.jspecify.annotations.NullMarked;
