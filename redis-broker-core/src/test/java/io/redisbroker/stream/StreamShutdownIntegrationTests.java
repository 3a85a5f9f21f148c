package io.redisbroker.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.support.Load;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Leaving a group without leaving anything behind.
 */
@WithRedis
class StreamShutdownIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@Test
	void handlesEveryEntryExactlyOnceWhileBusyInstancesComeAndGo(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (Load load = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text))) {
			for (int i = 0; i < 8; i++) {
				try (TestBroker broker = broker(redis, "instance-" + i)) {
					listen(broker, recorder, TestSettings.defaults().concurrency(1 + i % 4));
					int count = recorder.count();
					await().until(() -> recorder.count() > count + 500);
				}
			}
			load.stop();
			try (TestBroker broker = broker(redis, "last")) {
				listen(broker, recorder, TestSettings.defaults().concurrency(4));
				await().until(() -> recorder.count() >= load.count());
			}
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
		assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.deliveryCount() > 1).isEmpty();
		assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero();
		assertThat(redis.commands().xinfoConsumers("orders", "billing")).extracting(Object::toString)
			.noneMatch((consumer) -> consumer.contains("instance-"));
		assertThat(this.events.lost()).isZero();
	}

	@Test
	void handlesEveryEntryExactlyOnceWhileAListenerIsStoppedAndStarted(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (Load load = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text));
				TestBroker broker = broker(redis, "test")) {
			ListenerContainer container = listen(broker, recorder, TestSettings.defaults().concurrency(3));
			for (int i = 0; i < 10; i++) {
				int count = recorder.count();
				await().until(() -> recorder.count() > count + 200);
				container.stop(Duration.ofSeconds(10)).join();
				assertThat(redis.commands().xinfoConsumers("orders", "billing")).extracting(Object::toString)
					.noneMatch((consumer) -> consumer.contains("test:"));
				container.start().join();
			}
			load.stop();
			await().until(() -> recorder.count() >= load.count());
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
	}

	@Test
	void leavesWhatStillRunsAfterTheTimeoutToBeDeliveredAgain(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder stubborn = new Recorder((delivery, acknowledgment) -> {
			while (go.getCount() > 0) {
				try {
					Work.until(go);
				}
				catch (InterruptedException ex) {
					// goes on all the same
				}
			}
		});
		Recorder recorder = new Recorder();
		TestSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(2));
		try (TestBroker broker = broker(redis, "test"); TestBroker other = broker(redis, "other")) {
			ListenerContainer container = listen(broker, stubborn, settings);
			broker.broker().stream("orders").send("x");
			await().until(() -> stubborn.count() == 1);
			container.stop(Duration.ofMillis(100)).join();
			assertThat(redis.commands().xpending("orders", "billing").getConsumerMessageCount())
				.containsEntry("test:listener", 1L);
			listen(other, recorder, settings);
			await().until(() -> recorder.count() == 1);
			go.countDown();
			assertThat(recorder.deliveries().get(0).deliveryCount()).isEqualTo(2);
			await().until(() -> redis.commands().xpending("orders", "billing").getCount() == 0);
		}
	}

	private TestBroker broker(RedisServer redis, String instance) {
		return new TestBroker(redis, instance, this.events);
	}

	private static ListenerContainer listen(TestBroker broker, Recorder recorder, TestSettings settings) {
		return broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(settings.build())
			.handler(recorder.handler()));
	}

}
