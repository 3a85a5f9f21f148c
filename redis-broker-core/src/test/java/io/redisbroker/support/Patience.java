package io.redisbroker.support;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for events that surely happen, also on the slowest machines. A test that depends
 * on the time sets its own limit.
 */
public final class Patience {

	/**
	 * Ten times the duration of the slowest condition on an idle machine with two cores,
	 * so that tests also pass on a machine with ten times the load.
	 */
	public static final Duration LONGEST = Duration.ofMinutes(3);

	private Patience() {
	}

	public static ConditionFactory await() {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(LONGEST);
	}

}
