package io.redisbroker.listener;

import java.time.Duration;

/**
 * Something that keeps a listener from its work at this moment.
 *
 * @param kind which part of the work
 * @param source the queue, stream or channel, or several of them
 * @param cause why, with the newest failure of Redis
 * @param since how long it has lasted
 * @since 0.1.0
 */
public record ListenerProblem(Kind kind, String source, String cause, Duration since) {

	/**
	 * A part of a listener's work.
	 */
	public enum Kind {

		/** Messages can't be read. */
		READ("read"),

		/** Messages that are due, or that dead consumers left, can't be taken over. */
		RECLAIM("reclaim due or abandoned messages"),

		/** Messages that are held can't be renewed, so others may take them over. */
		RENEW("renew held messages"),

		/** Redis refuses acknowledgements, retries or dead letters. */
		SETTLE("settle messages"),

		/** Next to no message can be decoded, or is valid. */
		DECODE("decode or validate messages"),

		/** There is work to do, and no progress. */
		STALL("make progress with messages");

		private final String activity;

		Kind(String activity) {
			this.activity = activity;
		}

		/**
		 * Returns the work that is not done.
		 * @return a verb with its object, for a log line
		 */
		public String activity() {
			return this.activity;
		}

	}

}
