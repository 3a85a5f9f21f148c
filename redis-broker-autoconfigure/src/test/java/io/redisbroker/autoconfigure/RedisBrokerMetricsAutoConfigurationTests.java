package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.listener.ListenerRuntime;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link RedisBrokerMetricsAutoConfiguration}.
 */
class RedisBrokerMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = TestApplication.runner();

	private final ApplicationContextRunner metered = this.runner
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class));

	@Test
	void countsEventsInTheApplicationsRegistry() {
		this.metered.run((context) -> {
			BrokerEvents events = context.getBean(ListenerRuntime.class).events();
			events.handled("billing", 3, Duration.ofMillis(20));
			events.failed("billing", 2, new IllegalStateException());
			events.retried("billing");
			events.deadLettered("billing", mock(Delivery.class),
					new DeadLetter(DeadLetter.Reason.DELIVERIES_EXHAUSTED, "billing", null, null));
			events.dropped("billing");
			events.reclaimed("billing", 4);
			events.lost("billing", 5);
			events.trimmed("billing", 6);
			events.overflowed("billing");
			events.gap("billing", "prices", Duration.ofSeconds(3));
			events.reconnected("billing", Duration.ofSeconds(2));
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(count(meters, "handled")).isEqualTo(3);
			assertThat(count(meters, "failed")).isEqualTo(2);
			assertThat(count(meters, "retried")).isEqualTo(1);
			assertThat(count(meters, "dead-lettered-deliveries-exhausted")).isEqualTo(1);
			assertThat(count(meters, "dropped")).isEqualTo(1);
			assertThat(count(meters, "reclaimed")).isEqualTo(4);
			assertThat(count(meters, "lost")).isEqualTo(5);
			assertThat(count(meters, "trimmed")).isEqualTo(6);
			assertThat(count(meters, "overflowed")).isEqualTo(1);
			assertThat(meters.get("redis.broker.channel.gap")
				.tag("listener", "billing")
				.tag("channel", "prices")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
			assertThat(meters.get("redis.broker.listener.duration")
				.tag("listener", "billing")
				.timer()
				.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
			assertThat(meters.get("redis.broker.listener.disconnected")
				.tag("listener", "billing")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(2);
		});
	}

	private static double count(MeterRegistry meters, String outcome) {
		return meters.get("redis.broker.messages").tag("listener", "billing").tag("outcome", outcome).counter().count();
	}

	@Test
	void countsBesideBeansOfTheUser() {
		BrokerEvents own = mock(BrokerEvents.class);
		BrokerEvents other = mock(BrokerEvents.class);
		this.metered.withBean("own", BrokerEvents.class, () -> own)
			.withBean("other", BrokerEvents.class, () -> other)
			.run((context) -> {
				context.getBean(ListenerRuntime.class).events().retried("billing");
				verify(own).retried("billing");
				verify(other).retried("billing");
				assertThat(count(context.getBean(MeterRegistry.class), "retried")).isOne();
			});
	}

	@Test
	void backsOffForABeanOfTheUserWithTheSameName() {
		BrokerEvents own = mock(BrokerEvents.class);
		this.metered.withBean("redisBrokerMeteredEvents", BrokerEvents.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MeteredBrokerEvents.class));
	}

	@Test
	void backsOffWithoutARegistry() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redisBrokerMeteredEvents"));
	}

	@Test
	void backsOffWithoutMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ListenerRuntime.class)
				.doesNotHaveBean("redisBrokerMeteredEvents"));
	}

	@Test
	void takesARegistryOfTheUser() {
		this.runner.withBean(SimpleMeterRegistry.class)
			.run((context) -> assertThat(context).hasSingleBean(MeteredBrokerEvents.class));
	}

}
