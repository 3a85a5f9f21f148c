package io.redisbroker.test;

import java.util.List;
import java.util.Map;

import io.redisbroker.test.autoconfigure.RedisDeploymentConnectionDetails;
import io.redisbroker.test.autoconfigure.RedisUrlRemover;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.util.ClassUtils;

/**
 * Connects the application context of a test with the Redis of {@link WithRedis} instead
 * of the one of {@code spring.data.redis.*}.
 */
class WithRedisContextCustomizerFactory implements ContextCustomizerFactory {

	private static final String CONNECTION_DETAILS = "org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails";

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		Class<?> annotated = Deployments.annotated(testClass);
		if (annotated == null || !ClassUtils.isPresent(CONNECTION_DETAILS, testClass.getClassLoader())) {
			return null;
		}
		if (Deployments.annotation(annotated).perMethod()) {
			throw new IllegalStateException(annotated.getName() + " has @WithRedis(perMethod = true), but its tests "
					+ "share an application context, which needs one Redis: remove perMethod");
		}
		return new Customizer(annotated, Deployments.generation(annotated));
	}

	/** Contexts of different classes, or of a Redis that has ended, are not shared. */
	private record Customizer(Class<?> annotated, int generation) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration config) {
			Deployments.Shared shared = Deployments.of(this.annotated);
			// a listener that goes on without its Redis would fill the log of other tests
			shared.closeBefore(context::close);
			context.getEnvironment()
				.getPropertySources()
				.addLast(new MapPropertySource("withRedis", Map.of("redis-broker.stage", "development")));
			ConfigurableListableBeanFactory beans = context.getBeanFactory();
			beans.registerSingleton("withRedisDeployment", shared.deployment());
			beans.registerSingleton("withRedisConnectionDetails",
					new RedisDeploymentConnectionDetails(shared.deployment(), 0));
			beans.registerSingleton("withRedisUrlRemover", new RedisUrlRemover());
		}

	}

}
