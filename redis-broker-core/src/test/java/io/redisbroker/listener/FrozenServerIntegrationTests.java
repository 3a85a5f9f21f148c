package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;

import io.redisbroker.client.Failures;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.send.SendAllException;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A primary hangs but keeps its connections open. Only its silence shows that another
 * server has replaced it.
 */
@WithRedis(topology = RedisTopology.SENTINEL)
class FrozenServerIntegrationTests {

	@ParameterizedTest
	@EnumSource
	void sendsAndReadsOnTheNewPrimaryWhenTheOldOneHangs(TestedTransport transport, RedisSentinel redis) {
		Recorder handled = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofSeconds(1))
			.build();
		RedisServer old = redis.primary();
		try (TestBroker broker = new TestBroker(TestBroker.configuration(redis), client, "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			broker.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, handled.handler()));
			transport.send(broker.broker(), "orders", List.of("before"));
			await().untilAsserted(() -> assertThat(handled.texts()).containsExactly("before"));
			old.freeze();
			await().atMost(Duration.ofSeconds(60)).until(() -> isSent(transport, broker, "after"));
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(handled.texts()).contains("after"));
		}
		finally {
			old.resume();
		}
	}

	private static boolean isSent(TestedTransport transport, TestBroker broker, String payload) {
		try {
			transport.send(broker.broker(), "orders", List.of(payload));
			return true;
		}
		catch (DataAccessException | SendAllException ex) {
			if (Failures.isTransient((ex instanceof SendAllException) ? ex.getCause() : ex)) {
				return false;
			}
			throw ex;
		}
	}

}
