package io.redisbroker.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.annotation.EnableRedisListeners;
import org.springframework.data.redis.annotation.RedisListener;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;
import org.springframework.data.redis.stream.Subscription;

/**
 * Spring Data Redis in Spring Boot, as its reference documentation shows: the stream
 * listener container with a poll timeout of 100 ms, whose listener acknowledges each
 * message, {@code @RedisListener}, and {@code StringRedisTemplate} with JSON.
 */
class SpringData implements Contestant {

	private final RedisURI uri;

	private final ConfigurableApplicationContext application;

	private final StringRedisTemplate template;

	SpringData(RedisURI uri) {
		this(uri, Application.WITHOUT_OURS);
	}

	SpringData(RedisURI uri, String... properties) {
		this.uri = uri;
		this.application = Application.start(uri, Nothing.class, properties);
		this.template = this.application.getBean(StringRedisTemplate.class);
	}

	RedisConnectionFactory connections() {
		return this.application.getBean(RedisConnectionFactory.class);
	}

	StringRedisTemplate template() {
		return this.template;
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		return switch (source.kind()) {
			case STREAM -> stream(source.name(), handler);
			case CHANNEL -> channel(source.name(), handler);
			default -> Contestant.super.listen(source, handler);
		};
	}

	AutoCloseable stream(String stream, Consumer<Order> handler) throws Exception {
		StreamMessageListenerContainerOptions<String, MapRecord<String, String, String>> options = StreamMessageListenerContainerOptions
			.builder()
			.pollTimeout(Duration.ofMillis(100))
			.build();
		return start(StreamMessageListenerContainer.create(connections(), options), stream, (record) -> {
			handler.accept(Order.JSON.readValue(record.getValue().get("payload"), Order.class));
			this.template.opsForStream().acknowledge(Source.GROUP, record);
		});
	}

	static <V> AutoCloseable start(StreamMessageListenerContainer<String, MapRecord<String, String, V>> container,
			String stream, Consumer<MapRecord<String, String, V>> listener) throws InterruptedException {
		Subscription subscription = container.receive(
				org.springframework.data.redis.connection.stream.Consumer.from(Source.GROUP, "consumer"),
				StreamOffset.create(stream, ReadOffset.lastConsumed()), listener::accept);
		container.start();
		subscription.await(Duration.ofSeconds(10));
		return () -> {
			container.stop();
			while (subscription.isActive()) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
			}
		};
	}

	/**
	 * An annotated method names its channel itself, so this needs an application context.
	 */
	AutoCloseable channel(String channel, Consumer<Order> handler) {
		ConfigurableApplicationContext listening = Application.start(this.uri, Annotated.class,
				Application.WITHOUT_OURS, "benchmark.channel=" + channel);
		listening.getBean(Annotated.Listener.class).handler = handler;
		return listening::close;
	}

	@Override
	public void send(Sending way, String key, List<Order> orders) throws Exception {
		switch (way) {
			case ONE_BY_ONE -> orders.forEach((order) -> this.template.opsForList().leftPush(key, json(order)));
			case BULK_TO_LIST -> this.template.opsForList().leftPushAll(key, orders.stream().map(this::json).toList());
			case BULK_TO_STREAM -> pipeline(key, orders);
			case ASYNC -> Contestant.super.send(way, key, orders);
		}
	}

	/** The callback has to return null. */
	@SuppressWarnings("NullAway")
	private void pipeline(String key, List<Order> orders) {
		byte[] stream = key.getBytes(StandardCharsets.UTF_8);
		byte[] field = "payload".getBytes(StandardCharsets.UTF_8);
		this.template.executePipelined((RedisCallback<Object>) (connection) -> {
			orders.forEach((order) -> connection.streamCommands()
				.xAdd(stream, Map.of(field, Order.JSON.writeValueAsBytes(order))));
			return null;
		});
	}

	private String json(Order order) {
		return Order.JSON.writeValueAsString(order);
	}

	@Override
	public void close() {
		this.application.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableRedisListeners
	static class Annotated {

		@Bean
		Listener listener() {
			return new Listener();
		}

		/** The listener as an application has it. */
		static class Listener {

			private volatile Consumer<Order> handler = (order) -> {
			};

			@RedisListener(topic = "${benchmark.channel}", consumes = "application/json")
			void handle(Order order) {
				this.handler.accept(order);
			}

		}

	}

}
