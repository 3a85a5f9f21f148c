package io.redisbroker.support;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.KillArgs;
import io.redisbroker.test.RedisServer;
import org.awaitility.Awaitility;

/**
 * Breaks connections, as a network failure does.
 */
public final class ConnectionKiller {

	private ConnectionKiller() {
	}

	/**
	 * Kills all connections but its own, every tenth of a second.
	 * @param redis the server whose connections it kills
	 * @param times the number of rounds
	 */
	public static void kill(RedisServer redis, int times) {
		ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
		try {
			AtomicInteger kills = new AtomicInteger();
			killer.scheduleWithFixedDelay(() -> {
				redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
				redis.commands().clientKill(KillArgs.Builder.typePubsub());
				kills.incrementAndGet();
			}, 100, 100, TimeUnit.MILLISECONDS);
			Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> kills.get() >= times);
		}
		finally {
			killer.shutdownNow();
		}
	}

}
