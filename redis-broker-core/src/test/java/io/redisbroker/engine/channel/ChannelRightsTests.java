package io.redisbroker.engine.channel;

import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.listener.DeliveryHandler;
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
			.containsExactly(List.of("SUBSCRIBE", "prices"), List.of("UNSUBSCRIBE"), List.of("PSUBSCRIBE", "news.*"),
					List.of("PUNSUBSCRIBE"));
		assertThat(rights).flatExtracting(RequiredCommand::names).containsExactly("&prices", "&news.*");
		assertThat(rights).extracting(RequiredCommand::permission)
			.containsExactly("+subscribe", "+unsubscribe", "+psubscribe", "+punsubscribe");
	}

	@Test
	void namesWhatASubscriptionToShardsAndDeadLettersTake() {
		List<RequiredCommand> rights = ChannelRights.of(ChannelEndpoint.builder("listener")
			.channels("prices")
			.sharded(true)
			.settings(TestSettings.defaults().deadLetters("failed").build())
			.handler(HANDLER));
		assertThat(rights).extracting(RequiredCommand::permission)
			.containsExactly("+ssubscribe", "+sunsubscribe", "+xadd", "+xlen", "+xrange", "+xrevrange", "+xdel",
					"+xtrim", "+evalsha", "+eval", "+time");
		assertThat(rights).flatExtracting(RequiredCommand::names).containsOnly("&prices", "~failed");
	}

}
