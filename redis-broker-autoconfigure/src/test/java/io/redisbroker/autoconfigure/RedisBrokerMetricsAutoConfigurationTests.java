package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.worker.ListenerRuntime;
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
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
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
			Delivery order = delivery("orders", "1-0");
			Delivery refund = delivery("refunds", "1-1");
			events.handled("billing", List.of(order, order, order, refund), Duration.ofMillis(20));
			events.failed("billing", List.of(order, order), new IllegalStateException());
			events.retried("billing", order);
			events.deadLettered("billing", order,
					new DeadLetter(DeadLetter.Reason.DELIVERIES_EXHAUSTED, "billing", null, null));
			events.dropped("billing", order);
			events.reclaimed("billing", List.of(order, order, order, order));
			events.lost("billing", order);
			events.trimmed("billing", "orders", 6);
			events.overflowed("billing", order);
			events.gap("billing", "prices", Duration.ofSeconds(3));
			events.reconnected("billing", Duration.ofSeconds(2));
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(count(meters, "handled")).isEqualTo(3);
			assertThat(meters.get("redis.broker.messages")
				.tag("source", "refunds")
				.tag("outcome", "handled")
				.counter()
				.count()).isEqualTo(1);
			assertThat(count(meters, "failed")).isEqualTo(2);
			assertThat(count(meters, "retried")).isEqualTo(1);
			assertThat(count(meters, "dead-lettered-deliveries-exhausted")).isEqualTo(1);
			assertThat(count(meters, "dropped")).isEqualTo(1);
			assertThat(count(meters, "reclaimed")).isEqualTo(4);
			assertThat(count(meters, "lost")).isEqualTo(1);
			assertThat(count(meters, "trimmed")).isEqualTo(6);
			assertThat(count(meters, "overflowed")).isEqualTo(1);
			assertThat(meters.get("redis.broker.channel.gap")
				.tag("listener", "billing")
				.tag("channel", "prices")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
			assertThat(meters.get("redis.broker.listener.duration")
				.tag("listener", "billing")
				.tag("source", "orders")
				.timer()
				.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(20);
			assertThat(meters.get("redis.broker.listener.disconnected")
				.tag("listener", "billing")
				.timer()
				.totalTime(TimeUnit.SECONDS)).isEqualTo(2);
		});
	}

	private static double count(MeterRegistry meters, String outcome) {
		return meters.get("redis.broker.messages")
			.tag("listener", "billing")
			.tag("source", "orders")
			.tag("outcome", outcome)
			.counter()
			.count();
	}

	private static Delivery delivery(String source, String id) {
		return new Delivery(source, id, 1, mock(Delivery.Content.class));
	}

	@Test
	void countsWhatAPatternMatchedByThePattern() {
		this.metered.run((context) -> {
			Delivery.Content content = mock(Delivery.Content.class);
			given(content.pattern()).willReturn("news.*");
			context.getBean(ListenerRuntime.class)
				.events()
				.retried("billing", new Delivery("news.eu", "1", 1, content));
			assertThat(context.getBean(MeterRegistry.class)
				.get("redis.broker.messages")
				.counter()
				.getId()
				.getTag("source")).isEqualTo("news.*");
		});
	}

	@Test
	void timesTheWaitForTheFirstDeliveryWhereItIsKnown() {
		this.metered.run((context) -> {
			BrokerEvents events = context.getBean(ListenerRuntime.class).events();
			Delivery.Content content = mock(Delivery.Content.class);
			given(content.sentAt("5-0")).willReturn(Instant.now().minusSeconds(60));
			given(content.sentAt("6-0")).willReturn(Instant.now().plusSeconds(60));
			events.begun("billing", new Delivery("orders", "5-0", 1, content));
			events.begun("billing", new Delivery("orders", "5-0", 2, content));
			events.begun("billing", new Delivery("orders", "6-0", 1, content));
			events.begun("billing", new Delivery("orders", "7-0", 1, content));
			Timer wait = context.getBean(MeterRegistry.class)
				.get("redis.broker.messages.wait")
				.tag("listener", "billing")
				.tag("source", "orders")
				.timer();
			assertThat(wait.count()).isEqualTo(2);
			assertThat(wait.totalTime(TimeUnit.SECONDS)).isBetween(60.0, 90.0);
		});
	}

	@Test
	void countsBesideBeansOfTheUser() {
		BrokerEvents own = mock(BrokerEvents.class);
		BrokerEvents other = mock(BrokerEvents.class);
		this.metered.withBean("own", BrokerEvents.class, () -> own)
			.withBean("other", BrokerEvents.class, () -> other)
			.run((context) -> {
				context.getBean(ListenerRuntime.class).events().retried("billing", delivery("orders", "1-0"));
				verify(own).retried(eq("billing"), any());
				verify(other).retried(eq("billing"), any());
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
