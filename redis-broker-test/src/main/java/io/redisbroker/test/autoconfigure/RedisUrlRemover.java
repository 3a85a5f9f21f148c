package io.redisbroker.test.autoconfigure;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

/**
 * Takes away {@code spring.data.redis.url}, which would switch on TLS also for connection
 * details that do without, and where other properties would be looked for first.
 *
 * @since 0.1.0
 */
public final class RedisUrlRemover implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof DataRedisProperties properties) {
			properties.setUrl(null);
		}
		return bean;
	}

}
