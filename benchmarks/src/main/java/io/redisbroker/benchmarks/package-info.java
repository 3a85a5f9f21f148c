/**
 * Measures redis-broker beside its alternatives.
 */
@NullMarked
package io.redisbroker.benchmarks;

import org.jspecify.annotations.NullMarked;
