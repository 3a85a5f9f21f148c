package io.redisbroker.benchmarks;

import java.time.Duration;

/**
 * Measures the part of the time in which the compilers of a contestant's JVM worked. They
 * compete for a core with the measured code.
 */
final class CompilerClock {

	private final Contestant contestant;

	private final Duration compiled;

	private final long start = System.nanoTime();

	CompilerClock(Contestant contestant) {
		this.contestant = contestant;
		this.compiled = contestant.compileTime();
	}

	/** Whether the compilers worked for less than this part of the time until now. */
	boolean isBelow(double part) {
		long nanos = System.nanoTime() - this.start;
		return this.contestant.compileTime().minus(this.compiled).toNanos() < part * nanos;
	}

}
