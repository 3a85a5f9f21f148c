package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.RetrySettings;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata that editors show for the properties.
 */
class ConfigurationMetadataTests {

	private final Map<String, JsonNode> properties = MetadataFile.ofModule(RedisBrokerProperties.class);

	@Test
	void everyPropertyHasADescriptionThatIsASentence() {
		assertThat(this.properties).isNotEmpty().allSatisfy((name, property) -> {
			String description = property.path("description").asString("");
			assertThat(description).as(name).matches("(?s)[A-Z].*\\.").doesNotStartWith("The ");
		});
	}

	@Test
	void defaultsAreThoseOfTheRuntime() {
		Map<String, Object> defaults = new HashMap<>();
		this.properties.forEach((name, property) -> {
			if (property.has("defaultValue")) {
				defaults.put(name, property.path("defaultValue").asString());
			}
		});
		assertThat(defaults).containsOnlyKeys("management.endpoint.redisbroker.access",
				"management.endpoint.redisbroker.cache.time-to-live", "management.endpoint.redisbroker.show-values",
				"management.health.redis-broker.enabled", "redis-broker.key-prefix", "redis-broker.preflight",
				"redis-broker.health.down-after", "redis-broker.metrics.interval", "redis-broker.fail-fast",
				"redis-broker.channel.buffer-size", "redis-broker.channel.watchdog-timeout",
				"redis-broker.absent-listeners", "redis-broker.listener.concurrency",
				"redis-broker.listener.batch-size", "redis-broker.listener.reclaim-delay",
				"redis-broker.listener.max-processing-time", "redis-broker.listener.max-deliveries",
				"redis-broker.listener.max-attempts", "redis-broker.listener.dead-letter-retention.max-length",
				"redis-broker.listener.auto-startup", "redis-broker.listener.backoff.initial",
				"redis-broker.listener.backoff.multiplier", "redis-broker.listener.backoff.max",
				"redis-broker.listener.backoff.jitter");
		assertThat(defaults).containsEntry("management.endpoint.redisbroker.access", "read-only")
			.containsEntry("management.endpoint.redisbroker.show-values",
					new RedisBrokerEndpointProperties().getShowValues().name().toLowerCase(Locale.ROOT));
		RedisBrokerProperties bound = new Binder(new MapConfigurationPropertySource(defaults))
			.bind("redis-broker", RedisBrokerProperties.class)
			.get();
		// over settings that all differ, so that each default must be stated
		assertThat(bound.getListener()
			.applyTo(new ListenerSettings(AckMode.AUTO, 7, 7, Duration.ofSeconds(7), Duration.ofSeconds(7), 7,
					new RetrySettings(7, new Backoff(Duration.ofMillis(7), 7, Duration.ofSeconds(7), 0.7),
							ExceptionRules.DEFAULTS),
					null, new DeadLetterRetention(7, null), false)))
			.isEqualTo(ListenerSettings.DEFAULTS);
		assertThat(bound.getHealth().getDownAfter()).isEqualTo(new RedisBrokerProperties().getHealth().getDownAfter());
		assertThat(bound.getMetrics().getInterval()).isEqualTo(new RedisBrokerProperties().getMetrics().getInterval());
		assertThat(bound.getPreflight()).isEqualTo(new RedisBrokerProperties().getPreflight());
		assertThat(bound.getChannel().getBufferSize()).isEqualTo(ChannelEndpoint.BUFFER_SIZE);
		assertThat(bound.getChannel().getWatchdogTimeout()).isEqualTo(PubSub.LONGEST_SILENCE);
		assertThat(bound.getAbsentListeners()).isEqualTo(new RedisBrokerProperties().getAbsentListeners());
		assertThat(bound.isFailFast()).isFalse();
		assertThat(bound.getKeyPrefix()).isEqualTo(new RedisBrokerProperties().getKeyPrefix());
	}

	@Test
	void everyPropertyOfOneListenerHasADescriptionThatIsASentence() {
		assertThat(MetadataFile.ofType(NamedListenerProperties.class))
			.containsKeys("streams", "ack-mode", "concurrency", "backoff.initial")
			.allSatisfy((name, property) -> assertThat(property.path("description").asString("")).as(name)
				.matches("(?s)[A-Z].*\\.")
				.doesNotStartWith("The "));
	}

	@Test
	void everyPropertyOfOneStreamHasADescriptionThatIsASentence() {
		assertThat(MetadataFile.ofType(NamedStreamProperties.class))
			.containsOnlyKeys("retention.max-length", "retention.max-age", "retention.acknowledged",
					"retention.idle-group-after", "retention.connection-factory")
			.allSatisfy((name, property) -> assertThat(property.path("description").asString("")).as(name)
				.matches("(?s)[A-Z].*\\.")
				.doesNotStartWith("The "));
	}

}
