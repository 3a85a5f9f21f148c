package io.redisbroker.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.lettuce.core.RedisURI;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * RabbitMQ with Spring AMQP's {@code @RabbitListener}: a durable queue with persistent
 * messages, as in its tutorial on work queues, filled with publisher confirms. Tuned: two
 * consumers fetch 1,000 messages ahead, and acknowledge 250 messages with one command
 * when all of them are handled.
 */
final class RabbitMq implements Contestant {

	private static final int CONFIRMED = 5_000;

	private final RabbitServer broker;

	private final Connection connection;

	private final ConfigurableApplicationContext application;

	private RabbitMq(RedisURI redis, RabbitServer broker) throws Exception {
		this.broker = broker;
		ConnectionFactory connections = new ConnectionFactory();
		connections.setPort(broker.port());
		this.connection = connections.newConnection();
		this.application = Application.start(redis, Listening.class, Application.WITHOUT_OURS,
				"benchmark.port=" + broker.port());
	}

	static RabbitMq start(RedisURI redis) {
		try {
			return new RabbitMq(redis, RabbitServer.start());
		}
		catch (Exception ex) {
			throw new IllegalStateException("There is no RabbitMQ to measure", ex);
		}
	}

	@Override
	public void fill(Source source, long messages, Server server) throws Exception {
		BasicProperties properties = Objects.requireNonNull(MessageProperties.MINIMAL_PERSISTENT_BASIC)
			.builder()
			.contentType("application/json")
			.build();
		try (Channel channel = this.connection.createChannel()) {
			channel.queueDeclare(source.name(), true, false, false, null);
			channel.confirmSelect();
			for (long id = 0; id < messages; id++) {
				channel.basicPublish("", source.name(), properties,
						server.payload(id).getBytes(StandardCharsets.UTF_8));
				if (id % CONFIRMED == 0) {
					channel.waitForConfirmsOrDie();
				}
			}
			channel.waitForConfirmsOrDie();
		}
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) {
		this.application.getBean(Listening.Listener.class).handler = handler;
		RabbitListenerEndpointRegistry listeners = this.application.getBean(RabbitListenerEndpointRegistry.class);
		listeners.start();
		return listeners::stop;
	}

	@Override
	public long unsettled(Source source, Server server) {
		try {
			return this.broker.messages();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Duration serverCpu(Server server) {
		return this.broker.cpuTime();
	}

	@Override
	public void close() throws IOException {
		this.application.close();
		this.connection.close();
		this.broker.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableRabbit
	static class Listening {

		@Bean
		CachingConnectionFactory rabbitConnections(@Value("${benchmark.port}") int port) {
			return new CachingConnectionFactory("127.0.0.1", port);
		}

		@Bean
		SimpleRabbitListenerContainerFactory rabbitListenerContainerFactory(CachingConnectionFactory connections) {
			SimpleRabbitListenerContainerFactory factory = new SimpleRabbitListenerContainerFactory();
			factory.setConnectionFactory(connections);
			factory.setMessageConverter(new JacksonJsonMessageConverter(Order.JSON));
			factory.setAutoStartup(false);
			factory.setPrefetchCount(1_000);
			factory.setBatchSize(250);
			factory.setConcurrentConsumers(2);
			return factory;
		}

		@Bean
		Listener listener() {
			return new Listener();
		}

		/** The listener as an application has it. */
		static class Listener {

			private volatile Consumer<Order> handler = (order) -> {
			};

			@RabbitListener(queues = "messages")
			void handle(Order order) {
				this.handler.accept(order);
			}

		}

	}

}
