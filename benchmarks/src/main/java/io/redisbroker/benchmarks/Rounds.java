package io.redisbroker.benchmarks;

import java.time.Duration;

/**
 * Runs warm-up rounds and then the measured round. Warm-up rounds grow until one lasts as
 * long as it should, and go on until the compiler has little to do.
 */
final class Rounds {

	private static final int FIRST = 2_000;

	private static final int MOST_WARM_UPS = 12;

	/** The part of a round in which the compiler may work when the JVM is warm. */
	private static final double MOST_COMPILING = 0.15;

	/** The limit for the payloads of a round in Redis. */
	private static final long MOST_BYTES = 600_000_000;

	private final Contestant contestant;

	private final Options options;

	Rounds(Contestant contestant, Options options) {
		this.contestant = contestant;
		this.options = options;
	}

	/** Returns the result of the last round. */
	Result run(Round round) throws Exception {
		int fixed = this.options.number("messages");
		int messages = (fixed > 0) ? fixed : FIRST;
		int least = this.options.number("warm-ups");
		boolean warm = fixed > 0;
		for (int warmUp = 0; warmUp < least || (!warm && warmUp < MOST_WARM_UPS); warmUp++) {
			CompilerClock compiler = new CompilerClock(this.contestant);
			Result result = round.run(messages);
			warm = fixed > 0 || compiler.isBelow(MOST_COMPILING);
			messages = (fixed > 0) ? fixed : (int) enough(result);
		}
		return round.run(messages);
	}

	/**
	 * At most ten times as many messages: the first rounds are slower than later ones.
	 */
	private double enough(Result result) {
		double wanted = result.perSecond() * this.options.number("seconds");
		double most = (double) MOST_BYTES / this.options.number("payload");
		return Math.max(FIRST, Math.min(Math.min(wanted, 10.0 * result.messages()), most));
	}

	/** One round. */
	interface Round {

		Result run(int messages) throws Exception;

	}

	/**
	 * The result of a round.
	 *
	 * @param messages the number of messages
	 * @param duration the time they took
	 * @param clientCpu CPU time of the process in which they were handled
	 * @param serverCpu CPU time of the server that kept them
	 */
	record Result(int messages, Duration duration, Duration clientCpu, Duration serverCpu) {

		double perSecond() {
			return this.messages / seconds(this.duration);
		}

		double clientMicros() {
			return seconds(this.clientCpu) * 1e6 / this.messages;
		}

		double serverMicros() {
			return seconds(this.serverCpu) * 1e6 / this.messages;
		}

		private static double seconds(Duration duration) {
			return duration.toNanos() / 1e9;
		}

	}

}
