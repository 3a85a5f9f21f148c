package io.redisbroker.support;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for what surely happens, on the slowest of machines. Where the time matters, a
 * test says so itself.
 */
public final class Patience {

	private Patience() {
	}

	public static ConditionFactory await() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(60));
	}

}
