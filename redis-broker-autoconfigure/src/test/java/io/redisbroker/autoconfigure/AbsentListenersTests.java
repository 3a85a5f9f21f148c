package io.redisbroker.autoconfigure;

import java.util.List;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.queue.QueueEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Configuration of listeners that an application does not have, because a profile or a
 * test leaves them out.
 */
@ExtendWith(OutputCaptureExtension.class)
class AbsentListenersTests {

	private static final String ABSENT = "redis-broker.listeners.payments configures a listener that does not exist";

	private final ApplicationContextRunner runner = TestApplication.runner()
		.withUserConfiguration(Listeners.class)
		.withPropertyValues("redis-broker.listeners.payments.concurrency=8", "redis-broker.listener.auto-startup=false",
				"redis-broker.preflight=off");

	@Test
	void startsWithOneWarningWithoutAListenerThatAProfileLeavesOut(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().split("WARN", -1)).hasSize(2);
		assertThat(output).contains(ABSENT)
			.contains("Remove it, unless the listener is left out on purpose")
			.contains("These listeners can be configured: invoices")
			.doesNotContain("Did you mean");
	}

	@Test
	void saysNothingWhereTheListenerIsThere(CapturedOutput output) {
		this.runner.withPropertyValues("spring.profiles.active=paying")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void namesTheNearestIdInTheWarning(CapturedOutput output) {
		this.runner.withPropertyValues("redis-broker.listeners.invoice.concurrency=8")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Did you mean redis-broker.listeners.invoices?").contains(ABSENT);
	}

	@Test
	@EffectOf("redis-broker.absent-listeners")
	void failsOrSaysNothingWhereThatIsConfigured(CapturedOutput output) {
		this.runner.withPropertyValues("redis-broker.absent-listeners=fail")
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining(ABSENT));
		this.runner.withPropertyValues("redis-broker.absent-listeners=ignore")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().split(ABSENT, -1)).as("The failure alone").hasSize(2);
	}

	@Test
	void knowsWhatRunnersRegister(CapturedOutput output) {
		for (String absent : List.of("warn", "fail")) {
			try (ConfigurableApplicationContext context = run("payments", absent)) {
				assertThat(context.getBean(ListenerRegistry.class).container("payments")).isPresent();
			}
		}
		assertThat(output).doesNotContain(ABSENT);
	}

	@Test
	void knowsWhatIsRegisteredWhenTheApplicationIsReady() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Listeners.class, Registering.class)
			.web(WebApplicationType.NONE)
			.properties("registered=other", "redis-broker.absent-listeners=fail",
					"redis-broker.listeners.payments.concurrency=8", "redis-broker.listener.auto-startup=false",
					"redis-broker.preflight=off", "late=true")
			.run()) {
			assertThat(context.getBean(ListenerRegistry.class).container("payments")).isPresent();
		}
	}

	@Test
	void failsAfterTheRunnersOfAnApplication() {
		assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> run("others", "fail").close())
			.withMessageContaining(ABSENT)
			.withMessageContaining("These listeners can be configured: invoices, others");
	}

	private static ConfigurableApplicationContext run(String registered, String absent) {
		return new SpringApplicationBuilder(Listeners.class, Registering.class).web(WebApplicationType.NONE)
			.properties("registered=" + registered, "redis-broker.absent-listeners=" + absent,
					"redis-broker.listeners.payments.concurrency=8", "redis-broker.listener.auto-startup=false",
					"redis-broker.preflight=off")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, RedisBrokerAutoConfiguration.class })
	static class Registering {

		@Bean
		ApplicationRunner registering(ListenerRegistry registry, @Value("${registered}") String id) {
			return (arguments) -> registry.register(endpoint(id));
		}

		@Bean
		@ConditionalOnProperty("late")
		Late late(ListenerRegistry registry) {
			return new Late(registry);
		}

		static QueueEndpoint endpoint(String id) {
			return QueueEndpoint.builder(id).queues("payments").handler(DeliveryHandler.of((delivery, ack) -> {
			}));
		}

	}

	static class Late {

		private final ListenerRegistry registry;

		Late(ListenerRegistry registry) {
			this.registry = registry;
		}

		@EventListener(ApplicationReadyEvent.class)
		void ready() {
			this.registry.register(Registering.endpoint("payments"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@Bean
		@Profile("paying")
		Payments payments() {
			return new Payments();
		}

		@Bean
		Invoices invoices() {
			return new Invoices();
		}

	}

	static class Payments {

		@QueueListener(id = "payments", queues = "payments")
		void pay(String order) {
		}

	}

	static class Invoices {

		@QueueListener(id = "invoices", queues = "invoices")
		void print(String invoice) {
		}

	}

}
