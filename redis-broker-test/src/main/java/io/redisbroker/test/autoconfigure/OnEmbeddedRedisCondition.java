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
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when an embedded Redis is asked for and no property says where another one is.
 */
class OnEmbeddedRedisCondition extends SpringBootCondition {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedisAutoConfiguration.class);

	private static final String ENABLED = "redis-broker.embedded.enabled";

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
		Optional<String> location = LOCATIONS.stream().filter((name) -> isSet(binder, name)).findFirst();
		if (location.isPresent()) {
			String reason = location.get() + " says where Redis is";
			logger.info("No embedded Redis is started, though {} is true: {}", ENABLED, reason);
			return ConditionOutcome.noMatch(message.because(reason));
		}
		return ConditionOutcome.match(message.because(ENABLED + " is true"));
	}

	// As a list, because that binds a single value too
	private static boolean isSet(Binder binder, String name) {
		return binder.bind(name, Bindable.listOf(String.class)).isBound();
	}

}
