package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.listener.BrokerConfigurationException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerRuntime.WorkerExecutors;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The rights that the documentation names are enough, and missing ones are explained.
 */
@WithRedis
class AccessControlIntegrationTests {

	/** As docs/configuration.md has it. */
	private static final String RIGHTS = "~orders ~{orders}:* &{orders}:* +@stream +@scripting +@connection +publish "
			+ "+subscribe +exists +time +info";

	private static final ListenerSettings SETTINGS = new ListenerSettings(AckMode.AUTO, 1, 10, Duration.ofSeconds(1), 2,
			new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50), 0), null, true);

	@Test
	void theDocumentedRightsAreEnough(RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, RIGHTS)) {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			broker.listen(StreamEndpoint.builder("orders")
				.streams("orders")
				.group("billing")
				.settings(SETTINGS)
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					handled.add(delivery.text() + " " + delivery.deliveryCount());
					if ("bad".equals(delivery.text())) {
						throw new IllegalStateException("as asked");
					}
				})));
			broker.broker().stream("orders").withMaxAge(Duration.ofDays(1)).send("good");
			broker.broker().stream("orders").send("bad");
			await().untilAsserted(() -> assertThat(handled).containsExactly("good 1", "bad 1", "bad 2"));
			await().untilAsserted(() -> assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(1));
			await().untilAsserted(() -> assertThat(redis.commands().pubsubChannels()).contains("{orders}:wake"));
		}
		assertThat(redis.commands().xinfoConsumers("orders", "billing").toString())
			.as("consumers left after taking leave")
			.doesNotContain("user-test");
	}

	@Test
	void missingRightsFailAtStartAndNameWhatToGrant(RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, "~other +@all")) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(StreamEndpoint.builder("orders")
					.streams("orders")
					.group("billing")
					.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					}))))
				.withMessageContaining("orders")
				.withMessageContaining("ACL SETUSER")
				.withMessageContaining(RIGHTS);
		}
	}

	private static TestBroker brokerOfUser(RedisServer redis, String rights) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER")
			.add("shop")
			.add("reset")
			.add("on")
			.add(">secret");
		List.of(rights.split(" ")).forEach(args::add);
		redis.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(redis.host(), redis.port());
		configuration.setUsername("shop");
		configuration.setPassword("secret");
		return new TestBroker(configuration, "user-test", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

}
