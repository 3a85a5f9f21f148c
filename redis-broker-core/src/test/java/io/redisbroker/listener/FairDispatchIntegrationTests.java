package io.redisbroker.listener;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who gets what comes while some are busy.
 */
@WithRedis
class FairDispatchIntegrationTests {

	private final CountDownLatch gate = new CountDownLatch(1);

	private RedisServer redis;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
	}

	/** With the default batch size, which lets them hold hundreds. */
	@ParameterizedTest
	@EnumSource
	void aListenerThatIsBusyTakesNothingFromOneThatIsNot(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> this.gate.await());
		Recorder quick = new Recorder();
		ListenerSettings settings = TestSettings.defaults().build();
		List<String> others = IntStream.range(0, 20).mapToObj((each) -> "other " + each).toList();
		try (TestBroker busy = new TestBroker(this.redis, "busy");
				TestBroker idle = new TestBroker(this.redis, "idle")) {
			busy.listen(transport.endpoint("orders", settings, slow.handler()));
			transport.send(busy.broker(), "orders", List.of("first"));
			await().until(() -> slow.count() == 1);
			idle.listen(transport.endpoint("orders", settings, quick.handler()));
			for (String each : others) {
				transport.send(idle.broker(), "orders", List.of(each));
			}
			await().untilAsserted(() -> assertThat(quick.texts()).containsExactlyElementsOf(others));
			this.gate.countDown();
			await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
			// and is there again for what comes next
			idle.close();
			transport.send(busy.broker(), "orders", List.of("last"));
			await().untilAsserted(() -> assertThat(slow.texts()).containsExactly("first", "last"));
		}
	}

}
