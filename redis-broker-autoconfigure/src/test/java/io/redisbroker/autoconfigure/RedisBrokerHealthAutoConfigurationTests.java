package io.redisbroker.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
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

	private final ApplicationContextRunner runner = TestApplication.runner();

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
		assertHealth(Status.UP, "billing", "listening", "archive", "stopped");
	}

	@Test
	void isDownWhileAListenerCantRead() {
		container("billing", true, false);
		container("shipping", true, true);
		assertHealth(Status.DOWN, "billing", "disconnected", "shipping", "listening");
	}

	private void container(String id, boolean running, boolean connected) {
		ListenerEndpoint endpoint = mock(ListenerEndpoint.class);
		given(endpoint.id()).willReturn(id);
		ListenerContainer container = mock(ListenerContainer.class);
		given(container.endpoint()).willReturn(endpoint);
		given(container.isRunning()).willReturn(running);
		given(container.isConnected()).willReturn(connected);
		this.containers.add(container);
	}

	private void assertHealth(Status status, String firstId, String firstState, String secondId, String secondState) {
		ListenerRegistry registry = mock(ListenerRegistry.class);
		given(registry.containers()).willReturn(this.containers);
		this.runner.withBean(ListenerRegistry.class, () -> registry).run((context) -> {
			Health health = context.getBean(HealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(status);
			assertThat(health.getDetails()).containsOnly(entry(firstId, firstState), entry(secondId, secondState));
		});
	}

	@Test
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
