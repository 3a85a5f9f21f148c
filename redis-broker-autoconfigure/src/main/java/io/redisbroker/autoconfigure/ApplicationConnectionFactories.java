package io.redisbroker.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.client.directory.ConnectionFactories;
import io.redisbroker.failure.BrokerConfigurationException;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The beans of type {@link RedisConnectionFactory}. Thread-safe.
 */
final class ApplicationConnectionFactories implements ConnectionFactories {

	private final ConfigurableListableBeanFactory beanFactory;

	private final String user;

	/**
	 * Creates the connection factories.
	 * @param beanFactory the application's beans
	 * @param user the bean that uses connection factories, which is closed before they
	 * are
	 */
	ApplicationConnectionFactories(ConfigurableListableBeanFactory beanFactory, String user) {
		this.beanFactory = beanFactory;
		this.user = user;
	}

	@Override
	public Named find(String name) {
		List<String> names = Arrays.asList(ConnectionFactorySelection.allNames(this.beanFactory));
		String found = withAliases(name).filter(names::contains).findFirst().orElse(null);
		if (found == null) {
			throw new BrokerConfigurationException(
					"The connection factory '" + name + "' is no RedisConnectionFactory bean of the application",
					"Use one of " + String.join(", ", names) + ".");
		}
		if (!this.beanFactory.isSingleton(found)) {
			throw new BrokerConfigurationException("The connection factory '" + name + "' is no singleton",
					"Make it one: it has to end with the application.");
		}
		RedisConnectionFactory factory = this.beanFactory.getBean(found, RedisConnectionFactory.class);
		if (!(factory instanceof LettuceConnectionFactory)) {
			throw new BrokerConfigurationException(
					"redis-broker needs Lettuce, but the connection factory '" + name + "' is a "
							+ factory.getClass().getName(),
					"Make it a LettuceConnectionFactory, or use another one of " + String.join(", ", names) + ".");
		}
		if (this.beanFactory.containsLocalBean(found)) {
			this.beanFactory.registerDependentBean(found, this.user);
		}
		return new Named(found, factory);
	}

	private Stream<String> withAliases(String name) {
		return Stream.concat(Stream.of(name), Arrays.stream(this.beanFactory.getAliases(name)));
	}

}
