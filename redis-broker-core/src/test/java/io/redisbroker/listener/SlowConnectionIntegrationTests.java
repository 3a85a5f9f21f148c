package io.redisbroker.listener;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TcpProxy;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages are so big for the connection to Redis that messages read ahead do not arrive
 * within the timeout.
 */
@WithRedis
class SlowConnectionIntegrationTests {

	private static final int BYTES_PER_SECOND = 1_300_000;

	static Stream<Arguments> bigMessages() {
		return Stream.of(TestedTransport.values())
			.flatMap((transport) -> Stream.of(Arguments.of(transport, 300, 20_000),
					Arguments.of(transport, 4, 2_000_000), Arguments.of(transport, 1, 8_000_000)));
	}

	@ParameterizedTest
	@MethodSource("bigMessages")
	void handlesAllOnceWhileOthersWork(TestedTransport transport, int messages, int bytes, RedisServer redis)
			throws IOException {
		Recorder recorder = new Recorder();
		List<String> texts = IntStream.range(0, messages).mapToObj((i) -> "m-" + i + "-".repeat(bytes)).toList();
		try (TestBroker near = new TestBroker(redis, "near");
				TcpProxy slow = new TcpProxy(redis);
				TestBroker far = far(slow)) {
			texts.forEach((text) -> transport.send(near.broker(), "orders", List.of(text)));
			slow.limit(BYTES_PER_SECOND);
			try (Load load = Load.every(Duration.ofMillis(100), (text) -> far.broker().queue("others").send(text))) {
				far.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, recorder.handler()));
				await().atMost(Duration.ofSeconds(100)).until(() -> recorder.count() >= messages);
				load.stop();
				assertWorked(load);
			}
			await().until(() -> transport.inFlight(redis.commands(), "orders").isEmpty());
			assertThat(names(recorder.texts())).containsExactlyInAnyOrderElementsOf(names(texts));
		}
	}

	/** A message that is lost on its way is never delivered again. */
	@Test
	void losesNothingOnItsWayThatIsNotAcknowledged(RedisServer redis) throws IOException {
		Recorder recorder = new Recorder();
		List<String> texts = IntStream.range(0, 40).mapToObj((i) -> "m-" + i + "-".repeat(100_000)).toList();
		ListenerSettings settings = TestSettings.defaults().ackMode(AckMode.NONE).build();
		try (TestBroker near = new TestBroker(redis, "near");
				TcpProxy slow = new TcpProxy(redis);
				TestBroker far = far(slow)) {
			TestedTransport.QUEUE.send(near.broker(), "orders", texts);
			slow.limit(BYTES_PER_SECOND);
			far.listen(TestedTransport.QUEUE.endpoint("orders", settings, recorder.handler()));
			await().until(() -> recorder.count() >= 40);
			assertThat(names(recorder.texts())).containsExactlyInAnyOrderElementsOf(names(texts));
		}
	}

	/** Messages that a dead consumer left. */
	@ParameterizedTest
	@EnumSource
	void takesOverWhatIsBigForTheConnection(TestedTransport transport, RedisServer redis) throws IOException {
		Recorder recorder = new Recorder();
		List<String> texts = IntStream.range(0, 80).mapToObj((i) -> "m-" + i + "-".repeat(40_000)).toList();
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(15)).build();
		try (TestBroker near = new TestBroker(redis, "near"); TcpProxy slow = new TcpProxy(redis)) {
			transport.send(near.broker(), "orders", texts);
			TestBroker dying = new TestBroker(redis, "dying");
			Recorder begun = new Recorder((delivery, acknowledgment) -> dying.cutOff());
			dying.listen(transport.endpoint("orders", settings, begun.handler()));
			await().until(() -> transport.inFlight(redis.commands(), "orders").size() == 80 && begun.count() > 0);
			slow.limit(BYTES_PER_SECOND);
			try (TestBroker far = far(slow);
					Load load = Load.every(Duration.ofMillis(100), (text) -> far.broker().queue("others").send(text))) {
				far.listen(transport.endpoint("orders", settings, recorder.handler()));
				await().atMost(Duration.ofSeconds(100)).until(() -> recorder.count() >= 80);
				load.stop();
				assertWorked(load);
			}
			assertThat(names(recorder.texts())).containsExactlyInAnyOrderElementsOf(names(texts));
		}
	}

	/** Shortens the output of a failed assertion. */
	private static List<String> names(List<String> texts) {
		return texts.stream().map((text) -> text.substring(0, 7) + " of " + text.length()).toList();
	}

	/** On a busy machine some replies may be too late. */
	private static void assertWorked(Load load) {
		assertThat(load.count()).isGreaterThan(10);
		assertThat(load.failed()).hasSizeLessThan(1 + load.count() / 10);
	}

	private static TestBroker far(TcpProxy slow) {
		return new TestBroker(new RedisStandaloneConfiguration("127.0.0.1", slow.port()),
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(2)).build(), "far",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

}
