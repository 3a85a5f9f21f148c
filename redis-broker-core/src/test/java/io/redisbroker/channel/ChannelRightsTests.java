package io.redisbroker.channel;

import java.util.List;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.RequiredCommand;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelRights}.
 */
class ChannelRightsTests {

	private static final DeliveryHandler HANDLER = DeliveryHandler.of((delivery, acknowledgment) -> {
	});

	@Test
	void namesWhatASubscriptionTakes() {
		List<RequiredCommand> rights = ChannelRights
			.of(ChannelEndpoint.builder("listener").channels("prices").patterns("news.*").handler(HANDLER));
		assertThat(rights).extracting(RequiredCommand::words)
			.containsExactly(List.of("SUBSCRIBE", "prices"), List.of("PSUBSCRIBE", "news.*"));
		assertThat(rights).extracting(RequiredCommand::names).containsExactly(List.of("&prices"), List.of("&news.*"));
		assertThat(rights).extracting(RequiredCommand::permission).containsExactly("+subscribe", "+psubscribe");
	}

	@Test
	void namesWhatASubscriptionToShardsAndDeadLettersTake() {
		List<RequiredCommand> rights = ChannelRights.of(ChannelEndpoint.builder("listener")
			.channels("prices")
			.sharded(true)
			.settings(TestSettings.defaults().deadLetters("failed").build())
			.handler(HANDLER));
		assertThat(rights).extracting(RequiredCommand::permission).containsExactly("+ssubscribe", "+xadd");
		assertThat(rights).extracting(RequiredCommand::names).containsExactly(List.of("&prices"), List.of("~failed"));
	}

}
