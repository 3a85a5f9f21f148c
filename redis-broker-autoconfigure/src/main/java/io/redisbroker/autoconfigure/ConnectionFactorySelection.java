package io.redisbroker.autoconfigure;

import java.util.Arrays;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Selects the Redis of the messages, where an application has several.
 */
final class ConnectionFactorySelection {

	private static final String PROPERTY = "redis-broker.connection-factory";

	private ConnectionFactorySelection() {
	}

	/**
	 * Finds the connection factory.
	 * @param name the name of its bean, or {@code null} for the only one or the primary
	 * one
	 * @param beanFactory where beans come from
	 * @return the connection factory
	 * @throws BrokerConfigurationException when it is not clear which one
	 */
	static RedisConnectionFactory of(@Nullable String name, ListableBeanFactory beanFactory) {
		if (name == null) {
			try {
				return beanFactory.getBean(RedisConnectionFactory.class);
			}
			catch (NoUniqueBeanDefinitionException ex) {
				throw new BrokerConfigurationException(
						"The application has several connections to Redis (" + names(beanFactory)
								+ "), and none is the primary one",
						"Set " + PROPERTY
								+ " to the name of the RedisConnectionFactory bean that leads to the Redis of the "
								+ "messages.");
			}
		}
		if (!Arrays.asList(allNames(beanFactory)).contains(name)) {
			throw new BrokerConfigurationException(
					PROPERTY + " is '" + name
							+ "', but the application has no RedisConnectionFactory bean of that name",
					"Set it to one of " + names(beanFactory) + ".");
		}
		return beanFactory.getBean(name, RedisConnectionFactory.class);
	}

	static String names(ListableBeanFactory beanFactory) {
		return String.join(", ", allNames(beanFactory));
	}

	static String[] allNames(ListableBeanFactory beanFactory) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, RedisConnectionFactory.class);
	}

}
