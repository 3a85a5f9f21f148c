package io.redisbroker.test.autoconfigure;

import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when an embedded Redis is enabled, and no property in a stronger place names
 * another one.
 */
class OnEmbeddedRedisCondition extends SpringBootCondition {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedisAutoConfiguration.class);

	static final String ENABLED = "redis-broker.embedded.enabled";

	private static final List<String> LOCATIONS = List.of("spring.data.redis.url", "spring.data.redis.host",
			"spring.data.redis.port", "spring.data.redis.sentinel.master", "spring.data.redis.sentinel.nodes",
			"spring.data.redis.cluster.nodes", "spring.data.redis.masterreplica.nodes");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Embedded Redis");
		Environment environment = context.getEnvironment();
		Binder binder = Binder.get(environment);
		if (!binder.bind(ENABLED, Boolean.class).orElse(false)) {
			return ConditionOutcome.noMatch(message.because(ENABLED + " is not true"));
		}
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (holds(source, ENABLED)) {
				return ConditionOutcome.match(message.because(ENABLED + " is true"));
			}
			Optional<String> location = LOCATIONS.stream().filter((name) -> holds(source, name)).findFirst();
			if (location.isPresent()) {
				Origin origin = Origin
					.from(source.getConfigurationProperty(ConfigurationPropertyName.of(location.get())));
				String reason = location.get() + " says where Redis is, in a stronger place"
						+ ((origin != null) ? ": " + origin : "");
				logger.info("No embedded Redis is started, though {} is true: {}", ENABLED, reason);
				return ConditionOutcome.noMatch(message.because(reason));
			}
		}
		return ConditionOutcome.match(message.because(ENABLED + " is true"));
	}

	/**
	 * Finds the property that names another Redis.
	 * @param environment the environment
	 * @return the property's name, if there is one
	 */
	static Optional<String> location(Environment environment) {
		Binder binder = Binder.get(environment);
		return LOCATIONS.stream()
			.filter((name) -> binder.bind(name, Bindable.listOf(String.class)).isBound())
			.findFirst();
	}

	/** By itself, or as a list. */
	private static boolean holds(ConfigurationPropertySource source, String text) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(text);
		ConfigurationProperty property = source.getConfigurationProperty(name);
		return (property != null && !"".equals(property.getValue()))
				|| (property == null && source.getConfigurationProperty(name.append("[0]")) != null);
	}

}
