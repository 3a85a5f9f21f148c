package io.redisbroker.listener;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisServer;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A primary is killed under load, while messages are in flight and others wait. Messages
 * that it had not replicated are gone; all others are handled.
 */
record KilledPrimary(RedisDeployment redis, RedisServer primary, RedisServer replica,
		Supplier<RedisClusterCommands<String, String>> commands) {

	private static final String SOURCE = "orders";

	private static final int HANDLED_BEFORE = 300;

	void isSurvived(TestedTransport transport) {
		CountDownLatch killed = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (number(delivery.text()) >= HANDLED_BEFORE) {
				Work.until(killed);
			}
		});
		try (TestBroker broker = new TestBroker(this.redis);
				Load load = Load.every(Duration.ofMillis(1),
						(message) -> transport.send(broker.broker(), SOURCE, List.of(message)))) {
			broker.listen(transport.endpoint(SOURCE,
					TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build(), recorder.handler()));
			await().until(() -> recorder.count() > HANDLED_BEFORE && load.count() > 2 * HANDLED_BEFORE);
			// a replica that was restarted for this test may still have to catch up
			await().ignoreExceptions()
				.until(() -> transport.stored(this.replica.commands(), SOURCE).size() > HANDLED_BEFORE / 2);
			this.primary.kill();
			Set<String> kept = new HashSet<>(transport.stored(this.replica.commands(), SOURCE));
			assertThat(kept).as("messages that the replica has").hasSizeGreaterThan(HANDLED_BEFORE / 2);
			int sentBefore = load.count() + load.failed().size();
			killed.countDown();
			await().until(() -> recorder.texts().stream().filter((text) -> number(text) > sentBefore).count() > 300);
			load.stop().stream().filter((text) -> number(text) > sentBefore).forEach(kept::add);
			await().untilAsserted(() -> assertThat(recorder.missing(kept)).isEmpty());
			await().untilAsserted(() -> assertThat(transport.inFlight(this.commands.get(), SOURCE)).isEmpty());
		}
	}

	private static int number(String message) {
		return Integer.parseInt(message.substring("m-".length()));
	}

}
