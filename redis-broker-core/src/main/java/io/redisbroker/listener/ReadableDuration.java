package io.redisbroker.listener;

import java.time.Duration;

/**
 * How a duration reads in a message for people.
 *
 * @since 0.1.0
 */
public final class ReadableDuration {

	private ReadableDuration() {
	}

	/**
	 * Writes a duration with one unit, the largest that leaves no rest.
	 * @param duration the duration
	 * @return for example {@code 30 ms}, {@code 90 s} or {@code 7 days}
	 */
	public static String of(Duration duration) {
		long seconds = duration.toSeconds();
		if (duration.getNano() != 0) {
			return duration.toMillis() + " ms";
		}
		if (seconds == 0 || seconds % 60 != 0) {
			return seconds + " s";
		}
		if (seconds % 3600 != 0) {
			return seconds / 60 + " min";
		}
		return (seconds % 86400 != 0) ? seconds / 3600 + " h" : seconds / 86400 + " days";
	}

}
