package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Names whose companion keys would be in another slot of a cluster, or would be those of
 * another source.
 */
@WithRedis
class OddNamesIntegrationTests {

	private static final DeliveryHandler IDLE = new Recorder().handler();

	@ParameterizedTest
	@EnumSource
	void refusesNamesWhoseOtherKeysWouldBeInAnotherSlot(TestedTransport transport) {
		for (String name : List.of("a}b", "{}", "{}a")) {
			assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> endpoint(transport, name))
				.withMessageContaining("'}' that ends no hash tag");
		}
		assertThat(endpoint(transport, "{eu}a", "{eu}b{").sources()).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource
	void refusesTwoNamesThatWouldShareTheirOtherKeys(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			ListenerEndpoint both = endpoint(transport, "a", "{a}");
			assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> broker.listen(both))
				.withMessageContaining("would share the keys {a}:");
			broker.listen(ChannelEndpoint.builder("channel").channels("{a}").handler(IDLE));
			broker.listen(endpoint(transport, "a"));
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(endpoint(transport, "{a}")))
				.withMessageContaining("would share the keys {a}:");
		}
	}

	private static ListenerEndpoint endpoint(TestedTransport transport, String... names) {
		return transport.endpoint(List.of(names), TestSettings.defaults().build(), IDLE);
	}

}
