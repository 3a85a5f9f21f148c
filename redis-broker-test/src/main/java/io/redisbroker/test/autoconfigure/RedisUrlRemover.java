package io.redisbroker.test.autoconfigure;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

/**
 * Removes {@code spring.data.redis.url}, which would switch on TLS also for connection
 * details without TLS, and would take precedence over other properties.
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
