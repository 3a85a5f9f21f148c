package io.redisbroker.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerMethodConfigurer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application adds parameters that its listener methods can take.
 */
@WithRedis
@Timeout(120)
class ListenerMethodConfigurerIntegrationTests {

	private final Received received = new Received();

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withUserConfiguration(TenantConfiguration.class);
	}

	@Test
	void fillsParametersOfAllKindsOfListeners() {
		this.runner.withUserConfiguration(TakesTenants.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs").withHeader("tenant", "eu").send("A1");
			broker.stream("orders").withHeader("tenant", "us").send("A2");
			broker.channel("prices").withHeader("tenant", "ch").publish("A3");
			assertThat(this.received.await(3)).containsExactlyInAnyOrder(List.of("A1", new Tenant("eu")),
					List.of("A2", new Tenant("us"), "message", "orders"), List.of("A3", new Tenant("ch")));
		});
	}

	@Test
	void fillsParametersOfABatchForEachMessage() {
		this.runner.withPropertyValues("redis-broker.listeners.batch.auto-startup=false")
			.withUserConfiguration(TakesBatches.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.queue("batch").withHeader("tenant", "eu").send("A1");
				broker.queue("batch").withHeader("tenant", "us").send("A2");
				context.getBean(ListenerRegistry.class).container("batch").orElseThrow().start();
				assertThat(this.received.await(1))
					.containsExactly(List.of(List.of("A1", "A2"), List.of(new Tenant("eu"), new Tenant("us"))));
			});
	}

	@Test
	void fillsParametersOfTypesThatPayloadsCanNotHave() {
		this.runner.withUserConfiguration(TakesRoles.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("set").withHeader("roles", "admin,user").send("A1");
			broker.queue("list").withHeader("roles", "admin,user").send("A2");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder(List.of("A1", Set.of("admin", "user")),
					List.of("A2", List.of("admin", "user")));
		});
	}

	@Test
	void rejectsAMessageOrRetriesItByTheException() {
		this.runner
			.withPropertyValues("redis-broker.listener.backoff.initial=10ms", "redis-broker.listener.max-attempts=3")
			.withUserConfiguration(TakesTenants.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				DeadLetters letters = context.getBean(DeadLetters.class);
				broker.queue("jobs").send("no tenant");
				StoredDeadLetter refused = deadLetter(letters, "jobs");
				assertThat(refused.told("reason")).isEqualTo("UNDECODABLE");
				assertThat(refused.told("message")).isEqualTo("A message needs a tenant");
				context.getBean(TenantConfiguration.class).outages.set(1);
				broker.queue("jobs").withHeader("tenant", "eu").send("A1");
				assertThat(this.received.await(1)).containsExactly(List.of("A1", new Tenant("eu")));
				context.getBean(TenantConfiguration.class).outages.set(3);
				broker.stream("orders").withHeader("tenant", "eu").send("A2");
				StoredDeadLetter failed = deadLetter(letters, "orders");
				assertThat(failed.told("reason")).isEqualTo("DELIVERIES_EXHAUSTED");
				assertThat(failed.exception()).isEqualTo(IllegalStateException.class.getName());
				assertThat(failed.told("message")).isEqualTo("The database of tenants is down");
			});
	}

	@Test
	void validatesWhatItAddsAndChecksItsType() {
		this.runner.withPropertyValues("redis-broker.listener.max-attempts=1")
			.withUserConfiguration(TakesOddities.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				DeadLetters letters = context.getBean(DeadLetters.class);
				broker.queue("valid").withHeader("tenant", " ").send("A1");
				assertThat(deadLetter(letters, "valid").told("reason")).isEqualTo("UNDECODABLE");
				broker.queue("odd").send("A1");
				assertThat(deadLetter(letters, "odd").told("message")).contains(TenantConfiguration.class.getName(),
						" returned null for parameter 2 of ", "which is a int");
			});
	}

	@Test
	void isAskedAfterOurOwnAndInTheirOrder() {
		this.runner.withUserConfiguration(ClaimsEverything.class, TakesTenants.class).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").withHeader("tenant", "us").send("A2");
			assertThat(this.received.await(1)).containsExactly(List.of("all", new Tenant("us"), "message", "orders"));
		});
	}

	private static StoredDeadLetter deadLetter(DeadLetters letters, String source) {
		await().until(() -> letters.count(source) == 1);
		return letters.list(source, DeadLetterFilter.ALL, null, 1).letters().get(0);
	}

	record Tenant(@NotBlank String name) {

	}

	@Target(ElementType.PARAMETER)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Roles {

	}

	@Target(ElementType.PARAMETER)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Odd {

	}

	@Configuration(proxyBeanMethods = false)
	static class TenantConfiguration {

		private final AtomicInteger outages = new AtomicInteger();

		@Bean
		@Order(1)
		ListenerMethodConfigurer tenants() {
			return (resolvers) -> resolvers.add(new TenantResolver(this.outages));
		}

		@Bean
		@Order(2)
		ListenerMethodConfigurer others() {
			return (resolvers) -> {
				resolvers.add(new RolesResolver());
				resolvers.add(new OddResolver());
			};
		}

		/** Makes a tenant of a header. */
		private record TenantResolver(AtomicInteger outages) implements HandlerMethodArgumentResolver {

			@Override
			public boolean supportsParameter(MethodParameter parameter) {
				return parameter.getParameterType() == Tenant.class;
			}

			@Override
			public Object resolveArgument(MethodParameter parameter, Message<?> message) {
				if (this.outages.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
					throw new IllegalStateException("The database of tenants is down");
				}
				String name = message.getHeaders().get("tenant", String.class);
				if (name == null) {
					throw new MessageConversionException("A message needs a tenant");
				}
				return new Tenant(name);
			}

		}

		private static final class RolesResolver implements HandlerMethodArgumentResolver {

			@Override
			public boolean supportsParameter(MethodParameter parameter) {
				return parameter.hasParameterAnnotation(Roles.class);
			}

			@Override
			public Object resolveArgument(MethodParameter parameter, Message<?> message) {
				List<String> roles = List.of(String.valueOf(message.getHeaders().get("roles")).split(","));
				return (parameter.getParameterType() == List.class) ? roles : Set.copyOf(roles);
			}

		}

		private static final class OddResolver implements HandlerMethodArgumentResolver {

			@Override
			public boolean supportsParameter(MethodParameter parameter) {
				return parameter.hasParameterAnnotation(Odd.class);
			}

			@Override
			public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
				return null;
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ClaimsEverything {

		@Bean
		@Order(3)
		ListenerMethodConfigurer everything() {
			return (resolvers) -> resolvers.add(new HandlerMethodArgumentResolver() {

				@Override
				public boolean supportsParameter(MethodParameter parameter) {
					return parameter.getParameterType() == String.class
							|| parameter.getParameterType() == Message.class;
				}

				@Override
				public Object resolveArgument(MethodParameter parameter, Message<?> message) {
					return "all";
				}

			});
		}

	}

	static class TakesTenants {

		private final Received received;

		TakesTenants(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "jobs")
		void job(String job, Tenant tenant) {
			this.received.add(job, tenant);
		}

		@StreamListener(streams = "orders", group = "billing")
		void entry(String order, Tenant tenant, Message<String> message, @Header(BrokerHeaders.SOURCE) String source) {
			this.received.add(order, tenant, (message != null) ? "message" : "", source);
		}

		@ChannelListener(channels = "prices")
		void message(Tenant tenant, String price) {
			this.received.add(price, tenant);
		}

	}

	static class TakesBatches {

		private final Received received;

		TakesBatches(Received received) {
			this.received = received;
		}

		@QueueListener(id = "batch", queues = "batch")
		void batch(List<String> jobs, List<Tenant> tenants) {
			this.received.add(jobs, tenants);
		}

	}

	static class TakesRoles {

		private final Received received;

		TakesRoles(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "set")
		void set(String job, @Roles Collection<String> roles) {
			this.received.add(job, roles);
		}

		@QueueListener(queues = "list")
		void list(String job, @Roles List<String> roles) {
			this.received.add(job, roles);
		}

	}

	static class TakesOddities {

		@QueueListener(queues = "valid")
		void valid(String job, @Valid Tenant tenant) {
		}

		@QueueListener(queues = "odd")
		void odd(String job, @Odd int number) {
		}

	}

}
