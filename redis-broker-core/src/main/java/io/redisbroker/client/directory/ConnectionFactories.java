package io.redisbroker.client.directory;

import io.redisbroker.failure.BrokerConfigurationException;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The connection factories of an application, by name.
 */
public interface ConnectionFactories {

	/** For an application with one Redis. */
	ConnectionFactories NONE = (name) -> {
		throw unknown(name);
	};

	/**
	 * Creates the failure for a name where an application has one Redis.
	 * @param name the name
	 * @return the failure
	 */
	static BrokerConfigurationException unknown(String name) {
		return new BrokerConfigurationException("There is no connection factory '" + name + "'",
				"Leave the connection factory out: this broker has one Redis.");
	}

	/**
	 * Finds a connection factory.
	 * @param name the name of its bean, or an alias
	 * @return the connection factory with the name of its bean
	 * @throws BrokerConfigurationException when there is none with this name, or it does
	 * not use Lettuce
	 */
	Named find(String name);

	/**
	 * A connection factory and the name of its bean.
	 *
	 * @param name the name
	 * @param factory the connection factory
	 */
	record Named(String name, RedisConnectionFactory factory) {
	}

}
