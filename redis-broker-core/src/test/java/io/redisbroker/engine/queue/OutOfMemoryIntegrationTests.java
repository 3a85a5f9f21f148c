package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Consuming is what makes room in a Redis that has no memory left, so it goes on there.
 */
@WithRedis
class OutOfMemoryIntegrationTests {

	@AfterEach
	void giveMemory(RedisServer redis) {
		redis.commands().configSet("maxmemory", "0");
	}

	@ParameterizedTest
	@EnumSource(names = { "AUTO", "MANUAL" })
	void emptiesTheQueue(AckMode ackMode, RedisServer redis) {
		Recorder handled = new Recorder((delivery, acknowledgment) -> acknowledgment.acknowledge());
		List<String> messages = IntStream.range(0, 3000).mapToObj((i) -> "m-" + i).toList();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().queue("orders").sendAll(messages);
			redis.commands().configSet("maxmemory", "1");
			long connections = connections(redis);
			listen(broker, handled, TestSettings.defaults().ackMode(ackMode).build());
			Patience.await().until(() -> handled.count() == messages.size());
			assertThat(handled.texts()).isEqualTo(messages);
			assertThat(handled.deliveries()).extracting(Delivery::deliveryCount).containsOnly(1L);
			assertThat(connections(redis) - connections).as("connections made").isLessThan(10);
		}
	}

	@Test
	void keepsAliveWhatIsHandled(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder handled = new Recorder((delivery, acknowledgment) -> Work.until(go));
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)).build();
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			listen(one, handled, settings);
			one.broker().queue("orders").send("long");
			Patience.await().until(() -> handled.count() == 1);
			listen(other, handled, settings);
			redis.commands().configSet("maxmemory", "1");
			Patience.await().during(Duration.ofSeconds(4)).until(() -> handled.count() == 1);
			go.countDown();
			Patience.await().until(() -> one.broker().queue("orders").inFlight() == 0);
		}
		assertThat(handled.count()).isOne();
	}

	private static long connections(RedisServer redis) {
		return Long.parseLong(redis.info("stats").get("total_connections_received"));
	}

	private static void listen(TestBroker broker, Recorder recorder, ListenerSettings settings) {
		broker
			.listen(QueueEndpoint.builder("listener").queues("orders").settings(settings).handler(recorder.handler()));
	}

}
