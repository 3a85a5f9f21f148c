package io.redisbroker.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much of some time the JVM's compilers worked, which compete for a core with what is
 * measured.
 */
final class CompilerClock {

	private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

	private final long compiled = COMPILER.getTotalCompilationTime();

	private final long start = System.nanoTime();

	/** Whether they worked for less than this part of the time until now. */
	boolean isBelow(double part) {
		double millis = (System.nanoTime() - this.start) / 1e6;
		return COMPILER.getTotalCompilationTime() - this.compiled < part * millis;
	}

}
