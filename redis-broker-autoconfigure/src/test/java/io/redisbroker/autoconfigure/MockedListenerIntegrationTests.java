package io.redisbroker.autoconfigure;

import java.util.concurrent.TimeUnit;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests that replace listeners by mocks and spies, in an application whose properties
 * configure these listeners.
 */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(classes = MockedListenerIntegrationTests.Application.class,
		webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "redis-broker.listeners.payments.concurrency=2", "redis-broker.preflight=off" })
@Timeout(120)
class MockedListenerIntegrationTests {

	private static final RedisServer redis = RedisServer.start();

	@MockitoBean
	private Payments payments;

	@MockitoSpyBean
	private Invoices invoices;

	@Autowired
	private ListenerRegistry registry;

	@Autowired
	private RedisBroker broker;

	@DynamicPropertySource
	static void redis(DynamicPropertyRegistry properties) {
		redis.springProperties().forEach((name, value) -> properties.add(name, () -> value));
	}

	/** The context stays in the cache without its Redis. */
	@AfterEach
	void stopListeners() {
		this.registry.stop();
	}

	@AfterAll
	static void stop() {
		redis.close();
	}

	@Test
	void aMockTakesNothingAndASpyDoes(CapturedOutput output) {
		assertThat(this.registry.containers()).extracting((each) -> each.endpoint().id()).containsExactly("invoices");
		assertThat(output)
			.containsOnlyOnce("redis-broker.listeners.payments configures a listener that does not exist");
		this.broker.queue("payments").send("A1");
		this.broker.queue("invoices").send("A2");
		await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> verify(this.invoices).print("A2"));
		verifyNoInteractions(this.payments);
		assertThat(redis.commands().llen("payments")).isOne();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
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
