package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All data of Redis is deleted while listeners work.
 */
@WithRedis
class FlushAllIntegrationTests {

	private static final String SOURCE = "orders";

	static Stream<TestedTransport> tenTimes() {
		return Stream.of(TestedTransport.values()).flatMap((transport) -> Collections.nCopies(10, transport).stream());
	}

	@ParameterizedTest
	@MethodSource("tenTimes")
	void handlesAllThatIsSentAfterwards(TestedTransport transport, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			one.listen(transport.endpoint(SOURCE, ListenerSettings.DEFAULTS, handled.handler()));
			other.listen(transport.endpoint(SOURCE, ListenerSettings.DEFAULTS, handled.handler()));
			try (Load load = Load.atFullSpeed((message) -> transport.send(one.broker(), SOURCE, List.of(message)))) {
				Patience.await().until(() -> handled.count() > 200);
				redis.flushAll();
				// the message that is being sent may have been sent before
				int before = load.count() + 1;
				Patience.await().until(() -> load.count() > before + 200);
				List<String> sent = load.stop();
				Patience.await()
					.untilAsserted(() -> assertThat(handled.missing(sent.subList(before, sent.size()))).isEmpty());
				Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlesWhatItHolds(TestedTransport transport, RedisServer redis) {
		List<String> sent = IntStream.range(0, 50).mapToObj((i) -> "m-" + i).toList();
		CountDownLatch renewed = new CountDownLatch(1);
		Recorder handled = new Recorder((delivery, acknowledgment) -> Work.until(renewed));
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofMillis(300)).build();
		try (TestBroker broker = new TestBroker(redis)) {
			transport.send(broker.broker(), SOURCE, sent);
			broker.listen(transport.endpoint(SOURCE, settings, handled.handler()));
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).size() == sent.size());
			redis.flushAll();
			awaitRenewals(redis);
			renewed.countDown();
			Patience.await().until(() -> handled.count() == sent.size());
			transport.send(broker.broker(), SOURCE, List.of("afterwards"));
			Patience.await().until(() -> handled.texts().contains("afterwards"));
		}
		assertThat(handled.texts()).startsWith(sent.toArray(String[]::new));
	}

	/** One script renews the held messages, another looks for messages to reclaim. */
	private static void awaitRenewals(RedisServer redis) {
		long before = redis.commandStats().get("evalsha");
		Patience.await().until(() -> redis.commandStats().get("evalsha") > before + 20);
	}

}
