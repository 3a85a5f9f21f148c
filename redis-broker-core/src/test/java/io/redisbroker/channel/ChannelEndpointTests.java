package io.redisbroker.channel;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ChannelEndpoint}.
 */
class ChannelEndpointTests {

	private static final DeliveryHandler HANDLER = DeliveryHandler.of((delivery, acknowledgment) -> {
	});

	private final ChannelEndpoint.Builder builder = ChannelEndpoint.builder("prices");

	@Test
	void acknowledgesNothingWhateverTheSettingsSay() {
		ChannelEndpoint endpoint = this.builder.channels("a")
			.settings(TestSettings.defaults().ackMode(AckMode.MANUAL).build())
			.handler(HANDLER);
		assertThat(endpoint.settings().ackMode()).isEqualTo(AckMode.NONE);
	}

	@Test
	void listsChannelsAndPatternsAsSources() {
		assertThat(this.builder.channels("a", "b").patterns("c*").handler(HANDLER).sources()).containsExactly("a", "b",
				"c*");
	}

	@Test
	void refusesNothingToListenTo() {
		assertRefused("names no channel", "Name channels, patterns or both.");
	}

	@Test
	void refusesEmptyNames() {
		this.builder.channels("a", " ");
		assertRefused("names an empty channel or pattern", "Give it a name.");
	}

	@Test
	void refusesNamesThatStandTwice() {
		this.builder.channels("a", "a");
		assertRefused("names a channel twice", "Name each channel once.");
		this.builder.channels("a").patterns("b", "b");
		assertRefused("names a pattern twice", "Name each pattern once.");
	}

	@Test
	void refusesShardedPatterns() {
		this.builder.channels("a").patterns("b*").sharded(true);
		assertRefused("Redis knows no sharded patterns", "in a listener that is not sharded");
	}

	@Test
	void refusesABufferForNothing() {
		this.builder.channels("a").bufferSize(0);
		assertRefused("has a buffer for 0 messages", "Set bufferSize to at least 1.");
	}

	private void assertRefused(String problem, String action) {
		assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> this.builder.handler(HANDLER))
			.satisfies((ex) -> {
				assertThat(ex.problem()).startsWith("Listener 'prices': It ").contains(problem);
				assertThat(ex.action()).contains(action);
			});
	}

}
