package io.redisbroker.engine.settlement;

import java.time.Duration;

import io.redisbroker.client.Failures;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.retry.Backoff;

/**
 * Observes settlements that Redis does not carry out, and which are then repeated. Called
 * by the threads that read from Redis: implementations are quick, thread-safe and throw
 * nothing.
 */
public interface Refusals {

	/** Ignores them. */
	Refusals NONE = new Refusals() {

		@Override
		public void refused(Object settler, Throwable failure) {
		}

		@Override
		public void accepted(Object settler) {
		}

	};

	/**
	 * For refusals that a person has to end, such as a right that is missing: 200 ms,
	 * doubling up to 5 s.
	 */
	Backoff BACKOFF = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0.2);

	/**
	 * Returns an observer of the settlements of one source, whose name is then in the log
	 * and in health.
	 * @param source the source whose deliveries are settled
	 * @return the observer, by default this one
	 */
	default Refusals of(String source) {
		return this;
	}

	/**
	 * Redis refused, or did not answer.
	 * @param settler the sender of these settlements
	 * @param failure the cause
	 */
	void refused(Object settler, Throwable failure);

	/**
	 * Redis has carried out all settlements that it had refused before.
	 * @param settler the sender of these settlements
	 */
	void accepted(Object settler);

	/**
	 * Tells whether Redis failed, which passes or is mended by a person, and not this
	 * program.
	 * @param failure the failure
	 * @return whether the settlement is worth repeating
	 */
	static boolean isRefusal(Throwable failure) {
		return Failures.unwrap(failure) instanceof RedisErrorException || Failures.isTransient(failure);
	}

}
