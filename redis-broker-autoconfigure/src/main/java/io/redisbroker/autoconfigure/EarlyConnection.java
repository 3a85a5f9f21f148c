package io.redisbroker.autoconfigure;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.engine.annotation.ListenerAnnotationBeanPostProcessor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Has an application with listeners connect to Redis while its other beans are made, so
 * that the listeners wait less when they start. They find out whether that succeeds; an
 * application without listeners connects when it sends.
 */
class EarlyConnection implements BeanPostProcessor {

	private @Nullable RedisConnections connections;

	private boolean listens;

	private boolean begun;

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!this.begun) {
			look(bean);
		}
		return bean;
	}

	private synchronized void look(Object bean) {
		if (bean instanceof RedisConnections found) {
			this.connections = found;
		}
		else if (!this.listens) {
			Class<?> type = AopUtils.getTargetClass(bean);
			this.listens = !type.getName().startsWith("org.springframework.")
					&& ListenerAnnotationBeanPostProcessor.hasListeners(type);
		}
		RedisConnections found = this.connections;
		if (found != null && this.listens && !this.begun) {
			this.begun = true;
			found.reach();
		}
	}

}
