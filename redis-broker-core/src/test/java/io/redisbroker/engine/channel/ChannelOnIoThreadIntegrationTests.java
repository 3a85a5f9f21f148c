package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener of channels may run in the thread that reads.
 */
@WithRedis
@Timeout(60)
class ChannelOnIoThreadIntegrationTests {

	private static TestBroker broker(RedisServer redis) {
		WorkerExecutors threads = WorkerExecutors.platformThreads();
		return new TestBroker(TestBroker.configuration(redis),
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(2)).build(), "test",
				(listenerId, concurrency) -> listenerId.startsWith("quick") ? Runnable::run
						: threads.create(listenerId, concurrency),
				BrokerEvents.NONE);
	}

	@Test
	void handlesInOrderInTheThreadThatReads(RedisServer redis) {
		Queue<String> threads = new ConcurrentLinkedQueue<>();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> threads.add(Thread.currentThread().getName()));
		try (TestBroker broker = broker(redis)) {
			broker.listen(ChannelEndpoint.builder("quick").channels("prices").handler(recorder.handler()));
			List<String> published = IntStream.range(0, 1000).mapToObj(String::valueOf).toList();
			published.forEach((each) -> broker.broker().channel("prices").publishAsync(each));
			await().untilAsserted(() -> assertThat(recorder.texts()).isEqualTo(published));
			assertThat(threads).allMatch((name) -> name.startsWith("lettuce-"));
		}
	}

	@Test
	void goesOnAfterFailuresAndStopsAndStarts(RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				throw new IllegalStateException("no");
			}
		});
		Recorder other = new Recorder();
		try (TestBroker broker = broker(redis)) {
			ListenerContainer container = broker
				.listen(ChannelEndpoint.builder("quick").channels("prices").handler(recorder.handler()));
			broker.listen(ChannelEndpoint.builder("other").channels("prices").handler(other.handler()));
			broker.broker().channel("prices").publish("bad");
			broker.broker().channel("prices").publish("good");
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("bad", "good"));
			container.stop(Duration.ofSeconds(5)).join();
			broker.broker().channel("prices").publish("missed");
			await().untilAsserted(() -> assertThat(other.texts()).containsExactly("bad", "good", "missed"));
			container.start().join();
			broker.broker().channel("prices").publish("again");
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("bad", "good", "again"));
		}
	}

	@Test
	void isToldThatItCanNotWaitForRedis(RedisServer redis) {
		Queue<Throwable> refused = new ConcurrentLinkedQueue<>();
		try (TestBroker broker = broker(redis)) {
			broker.listen(ChannelEndpoint.builder("quick")
				.channels("prices")
				.handler(new Recorder((delivery, acknowledgment) -> {
					broker.broker().queue("later").sendAsync("asked not to wait");
					try {
						broker.broker().queue("now").send("asked to wait");
					}
					catch (IllegalStateException ex) {
						refused.add(ex);
					}
				}).handler()));
			broker.broker().channel("prices").publish("x");
			await().untilAsserted(() -> assertThat(refused).singleElement()
				.satisfies((each) -> assertThat(each).hasMessageContaining("sendAsync")));
			await().until(() -> redis.commands().llen("later") == 1);
			assertThat(redis.commands().llen("now")).isZero();
		}
	}

	@Test
	void doesNotKeepAnApplicationFromEnding(RedisServer redis) {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		try (TestBroker broker = broker(redis)) {
			broker.listen(ChannelEndpoint.builder("quick")
				.channels("prices")
				.handler(new Recorder((delivery, acknowledgment) -> {
					begun.complete(null);
					end.join();
				}).handler()));
			broker.broker().channel("prices").publishAsync("x");
			begun.join();
		}
		assertThat(end).isNotDone();
		end.complete(null);
	}

}
