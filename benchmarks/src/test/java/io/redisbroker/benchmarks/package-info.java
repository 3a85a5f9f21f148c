@org.jspecify.annotations.NullMarked
package io.redisbroker.benchmarks;
