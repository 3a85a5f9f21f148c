package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A listener's key holds a value of another type.
 */
@WithRedis
class WrongKeyTypeIntegrationTests {

	@ParameterizedTest
	@EnumSource
	void refusesToStartAndLeavesItsIdFree(TestedTransport transport, RedisServer redis) {
		redis.commands().set("orders", "a string");
		try (TestBroker broker = new TestBroker(redis)) {
			for (AckMode ackMode : AckMode.values()) {
				assertThatExceptionOfType(BrokerConfigurationException.class)
					.isThrownBy(() -> listen(transport, broker, new Recorder().handler(),
							TestSettings.defaults().ackMode(ackMode)))
					.withMessageContaining("the key 'orders' is not a ");
			}
			redis.commands().del("orders");
			Recorder recorder = new Recorder();
			listen(transport, broker, recorder.handler(), TestSettings.defaults());
			transport.send(broker.broker(), "orders", List.of("now"));
			Patience.await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("now"));
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

	private static void listen(TestedTransport transport, TestBroker broker, DeliveryHandler handler,
			TestSettings settings) {
		broker.listen(transport.endpoint("orders", settings.build(), handler));
	}

}
