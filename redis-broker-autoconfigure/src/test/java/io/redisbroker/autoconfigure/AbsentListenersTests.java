package io.redisbroker.autoconfigure;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.listener.BrokerConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Configuration of listeners that an application does not have: left out by a profile or
 * in a test.
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
