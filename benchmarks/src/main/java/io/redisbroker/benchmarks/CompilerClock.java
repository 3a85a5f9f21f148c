package io.redisbroker.benchmarks;

import java.time.Duration;

/**
 * How much of some time the compilers of a contestant's JVM worked, which compete for a
 * core with what is measured.
 */
final class CompilerClock {

	private final Contestant contestant;

	private final Duration compiled;

	private final long start = System.nanoTime();

	CompilerClock(Contestant contestant) {
		this.contestant = contestant;
		this.compiled = contestant.compileTime();
	}

	/** Whether they worked for less than this part of the time until now. */
	boolean isBelow(double part) {
		long nanos = System.nanoTime() - this.start;
		return this.contestant.compileTime().minus(this.compiled).toNanos() < part * nanos;
	}

}
