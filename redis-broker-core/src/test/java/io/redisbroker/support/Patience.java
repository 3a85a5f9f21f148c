package io.redisbroker.support;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for what surely happens, on the slowest of machines. Where the time matters, a
 * test says so itself.
 */
public final class Patience {

	/**
	 * Ten times what the slowest condition takes on an idle machine with two cores, so
	 * that a machine with ten times as much to do does not turn a test red.
	 */
	public static final Duration LONGEST = Duration.ofMinutes(3);

	private Patience() {
	}

	public static ConditionFactory await() {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(LONGEST);
	}

}
