package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What people do to streams, groups and consumers beside sending and reading.
 */
@WithRedis
class StreamOddCasesIntegrationTests {

	@Test
	void handlesWhatItHoldsWhenItsGroupIsDeleted(RedisServer redis) {
		CountDownLatch destroyed = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(destroyed));
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").sendAll(texts(50));
			listen(broker, recorder.handler(), TestSettings.defaults().reclaimDelay(Duration.ofMillis(500)));
			await().until(() -> recorder.count() == 1 && pending(redis) == 50);
			redis.commands().xgroupDestroy("orders", "billing");
			destroyed.countDown();
			await().until(() -> recorder.missing(texts(50)).isEmpty());
			broker.broker().stream("orders").send("afterwards");
			await().until(() -> recorder.texts().contains("afterwards"));
		}
	}

	@Test
	void handlesWhatItHoldsWhenItsConsumerIsDeleted(RedisServer redis) {
		CountDownLatch deleted = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(deleted));
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").sendAll(texts(50));
			listen(broker, recorder.handler(), TestSettings.defaults().reclaimDelay(Duration.ofMillis(500)));
			await().until(() -> recorder.count() == 1 && pending(redis) == 50);
			redis.commands().xgroupDelconsumer("orders", Consumer.from("billing", "test:listener"));
			deleted.countDown();
			await().until(() -> recorder.missing(texts(50)).isEmpty());
		}
	}

	@Test
	void refusesAKeyThatIsNotAStreamAlsoWithoutAGroup(RedisServer redis) {
		redis.commands().set("orders", "not a stream");
		try (TestBroker broker = new TestBroker(redis)) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(StreamEndpoint.builder("listener")
					.streams("orders")
					.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
					.handler(new Recorder().handler())))
				.withMessageContaining("'orders' is not a stream");
		}
	}

	private static void listen(TestBroker broker, DeliveryHandler handler, TestSettings settings) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(settings.build())
			.handler(handler));
	}

	private static long pending(RedisServer redis) {
		return redis.commands().xpending("orders", "billing").getCount();
	}

	private static List<String> texts(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

}
