package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.listener.ListenerCustomizer;
import io.redisbroker.listener.ListenerMethodConfigurer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of the documentation about beans that add to listeners.
 */
@WithRedis
@Timeout(120)
class ListenerExtensionExamplesTests {

	@Test
	void doWhatTheDocumentationSays(RedisServer redis) {
		Received received = new Received();
		TestApplication.runner(redis)
			.withBean(Received.class, () -> received)
			.withBean(CborFormat.class)
			.withUserConfiguration(Examples.class, Listens.class)
			.run((context) -> {
				context.getBean(RedisBroker.class)
					.queue("jobs")
					.withHeader("contentType", "application/cbor")
					.withHeader("tenant", "eu")
					.send(new Job("A1"));
				List<?> call = (List<?>) received.await(1).get(0);
				assertThat(call.get(0)).isEqualTo(new Job("A1"));
				assertThat(call.get(1)).isEqualTo(new Tenant("eu"));
				assertThat(String.valueOf(call.get(2))).startsWith("pool-of-reports-");
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				ListenerSettings settings = registry.container("reports").orElseThrow().endpoint().settings();
				assertThat(settings.concurrency()).isEqualTo(2);
				assertThat(settings.maxProcessingTime()).hasMinutes(10);
				registry.stop();
				ThreadPoolTaskExecutor pool = context.getBean(ThreadPoolTaskExecutor.class);
				assertThat(pool.getThreadPoolExecutor().isShutdown()).as("It is shared").isFalse();
			});
	}

	record Job(String id) {

	}

	record Tenant(String name) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Examples {

		@Bean
		ThreadPoolTaskExecutor reportPool() {
			ThreadPoolTaskExecutor pool = new ThreadPoolTaskExecutor();
			pool.setCorePoolSize(2);
			pool.setThreadNamePrefix("pool-of-reports-");
			return pool;
		}

		@Bean
		ListenerMethodConfigurer tenantParameters() {
			return (resolvers) -> resolvers.add(new TenantResolver());
		}

		@Bean
		ListenerCustomizer reports() {
			return (endpoint,
					settings) -> endpoint.id().startsWith("report") ? settings.toBuilder()
						.concurrency(2 * settings.concurrency())
						.maxProcessingTime(Duration.ofMinutes(10))
						.build() : settings;
		}

		@Bean
		WorkerExecutors workerExecutors(@Qualifier("reportPool") Executor pool) {
			WorkerExecutors threads = WorkerExecutors.platformThreads();
			return (listenerId, concurrency) -> listenerId.equals("reports") ? pool::execute
					: threads.create(listenerId, concurrency);
		}

	}

	static class TenantResolver implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == Tenant.class;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			String tenant = message.getHeaders().get("tenant", String.class);
			if (tenant == null) {
				throw new MessageConversionException("A message needs a tenant");
			}
			return new Tenant(tenant);
		}

	}

	static class Listens {

		private final Received received;

		Listens(Received received) {
			this.received = received;
		}

		@QueueListener(id = "reports", queues = "jobs")
		void handle(Job job, Tenant tenant) {
			this.received.add(job, tenant, Thread.currentThread().getName());
		}

	}

}
