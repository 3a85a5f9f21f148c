/**
 * Measures redis-broker beside what a user would pick instead.
 */
@NullMarked
package io.redisbroker.benchmarks;

import org.jspecify.annotations.NullMarked;
