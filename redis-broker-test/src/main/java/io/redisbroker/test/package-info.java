/**
 * A real Redis for tests and for development, without Docker: standalone, Sentinel and
 * Cluster, with the faults a test needs (kill, freeze, restart, failover, slot
 * migration).
 */
@NullMarked
package io.redisbroker.test;

import org.jspecify.annotations.NullMarked;
