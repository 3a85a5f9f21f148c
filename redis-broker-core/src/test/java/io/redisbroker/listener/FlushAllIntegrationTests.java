package io.redisbroker.listener;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody deletes all that Redis holds, while listeners work.
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
				// the one that is being sent may have been sent before
				int before = load.count() + 1;
				Patience.await().until(() -> load.count() > before + 200);
				List<String> sent = load.stop();
				Patience.await()
					.untilAsserted(() -> assertThat(handled.texts()).containsAll(sent.subList(before, sent.size())));
				Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			}
		}
	}

}
