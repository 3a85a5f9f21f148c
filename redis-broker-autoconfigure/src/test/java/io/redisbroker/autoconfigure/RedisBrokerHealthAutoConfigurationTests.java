package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.observation.BrokerEvents;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RedisBrokerHealthAutoConfiguration}.
 */
class RedisBrokerHealthAutoConfigurationTests {

	private ApplicationContextRunner runner = TestApplication.runner();

	private final List<ListenerContainer> containers = new ArrayList<>();

	@Test
	void isUpWithoutListeners() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(HealthIndicator.class).hasBean("redisBrokerHealthIndicator");
			assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void isUpWhileEveryListenerThatRunsIsConnected() {
		container("billing", true, true);
		container("archive", false, false);
		assertHealth(Status.UP, (events) -> {
		}, Map.of("state", "listening", "sources", List.of("billing-stream")),
				Map.of("state", "stopped", "sources", List.of("archive-stream")));
	}

	@Test
	void isUpAsLongAsAFailoverTakes() {
		container("billing", true, false);
		container("shipping", true, true);
		assertHealth(Status.UP, (events) -> events.disconnected("billing", new IllegalStateException()),
				Map.of("state", "disconnected", "for", "0s", "missing", List.of("billing-stream"), "sources",
						List.of("billing-stream")),
				Map.of("state", "listening", "sources", List.of("shipping-stream")));
	}

	@Test
	@EffectOf("redis-broker.health.down-after")
	void isDownWhenAListenerIsWithoutRedisForLonger() {
		this.runner = this.runner.withPropertyValues("redis-broker.health.down-after=0s");
		container("billing", true, false);
		container("shipping", true, true);
		assertHealth(Status.DOWN, (events) -> events.disconnected("billing", new IllegalStateException()),
				Map.of("state", "disconnected", "for", "0s", "missing", List.of("billing-stream"), "sources",
						List.of("billing-stream")),
				Map.of("state", "listening", "sources", List.of("shipping-stream")));
	}

	@Test
	void isDownWhenAListenerThatReadsCantSettleForLonger() {
		container("billing", true, true);
		container("shipping", true, true);
		given(this.containers.get(0).problems()).willReturn(List.of(new ListenerProblem(ListenerProblem.Kind.SETTLE,
				"billing-stream", "NOPERM no right", Duration.ofMinutes(2))));
		given(this.containers.get(1).problems()).willReturn(List.of(new ListenerProblem(ListenerProblem.Kind.RECLAIM,
				"shipping-stream", "LOADING", Duration.ofSeconds(1))));
		assertHealth(Status.DOWN, (events) -> {
		}, Map.of("state", "listening", "problems",
				List.of("Can't settle messages of billing-stream for 120s: NOPERM no right"), "sources",
				List.of("billing-stream")),
				Map.of("state", "listening", "problems",
						List.of("Can't reclaim due or abandoned messages of shipping-stream for 1s: LOADING"),
						"sources", List.of("shipping-stream")));
	}

	@Test
	void isDownWhenAListenerHasGivenUp() {
		container("billing", true, false);
		container("shipping", false, false);
		assertHealth(Status.DOWN, (events) -> {
			events.gaveUp("billing", new IllegalStateException("Not a stream"));
			events.gaveUp("shipping", new IllegalStateException("Not a stream"));
		}, Map.of("state", "gave up", "reason", "Not a stream", "sources", List.of("billing-stream")),
				Map.of("state", "gave up", "reason", "Not a stream", "sources", List.of("shipping-stream")));
	}

	@Test
	void isUpAgainWhenAListenerThatGaveUpHasStarted() {
		container("billing", true, true);
		container("shipping", false, false);
		assertHealth(Status.UP, (events) -> {
			events.gaveUp("billing", new IllegalStateException("Not a stream"));
			events.started("billing");
			events.gaveUp("shipping", new IllegalStateException("Not a stream"));
			events.stopped("shipping");
		}, Map.of("state", "listening", "sources", List.of("billing-stream")),
				Map.of("state", "stopped", "sources", List.of("shipping-stream")));
	}

	@Test
	void tellsOfACallThatTakesLongAndIsUpAllTheSame() {
		given(container("billing", true, true).longestCall()).willReturn(Duration.ofMillis(35_900));
		given(container("shipping", true, true).longestCall()).willReturn(Duration.ofSeconds(9));
		assertHealth(Status.UP, (events) -> {
		}, Map.of("state", "listening", "longestCall", "35s", "sources", List.of("billing-stream")),
				Map.of("state", "listening", "sources", List.of("shipping-stream")));
	}

	private ListenerContainer container(String id, boolean running, boolean connected) {
		ListenerEndpoint endpoint = mock(ListenerEndpoint.class);
		given(endpoint.id()).willReturn(id);
		given(endpoint.sources()).willReturn(List.of(id + "-stream"));
		given(endpoint.settings()).willReturn(ListenerSettings.DEFAULTS);
		ListenerContainer container = mock(ListenerContainer.class);
		given(container.endpoint()).willReturn(endpoint);
		given(container.isRunning()).willReturn(running);
		given(container.isConnected()).willReturn(connected);
		given(container.missing()).willReturn(connected ? List.of() : List.of(id + "-stream"));
		this.containers.add(container);
		return container;
	}

	private void assertHealth(Status status, Consumer<BrokerEvents> before, Map<String, Object> first,
			Map<String, Object> second) {
		DefaultListenerRegistry registry = mock(DefaultListenerRegistry.class);
		given(registry.containers()).willReturn(this.containers);
		this.runner.withPropertyValues("redis-broker.preflight=off")
			.withBean(DefaultListenerRegistry.class, () -> registry)
			.run((context) -> {
				before.accept(context.getBean(ListenerRuntime.class).events());
				Health health = context.getBean(HealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(status);
				assertThat(health.getDetails())
					.containsOnly(entry("listeners", Map.of(this.containers.get(0).endpoint().id(), first,
							this.containers.get(1).endpoint().id(), second)));
			});
	}

	@Test
	@EffectOf("management.health.redis-broker.enabled")
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.redis-broker.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(ListenerRegistry.class)
				.doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void backsOffForABeanOfTheUser() {
		HealthIndicator own = () -> Health.unknown().build();
		this.runner.withBean("redisBrokerHealthIndicator", HealthIndicator.class, () -> own)
			.run((context) -> assertThat(context).getBean(HealthIndicator.class).isSameAs(own));
	}

	@Test
	void staysBesideHealthIndicatorsOfTheUser() {
		this.runner.withBean("other", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).hasBean("other").hasBean("redisBrokerHealthIndicator"));
	}

	@Test
	void backsOffWithoutTheBroker() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RedisBrokerHealthAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void backsOffWithoutSpringBootsHealth() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ListenerRegistry.class)
				.doesNotHaveBean("redisBrokerHealthIndicator"));
	}

}
