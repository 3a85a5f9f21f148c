package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.adapter.MessageListenerAdapter;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/**
 * Spring Data Redis, tuned: connections from a pool; the stream is read 256 at a time,
 * decoded by the container, and acknowledged 256 at a time or every 100 ms; channels are
 * handled on the I/O thread with a {@code MessageListenerAdapter}.
 */
final class SpringDataTuned extends SpringData {

	private static final int BATCH = 256;

	/**
	 * One container for all listeners, because each container takes a connection from the
	 * pool.
	 */
	private final RedisMessageListenerContainer channels = new RedisMessageListenerContainer();

	SpringDataTuned(RedisURI uri) {
		super(uri, Application.WITHOUT_OURS, Application.POOLED);
		this.channels.setConnectionFactory(connections());
		this.channels.setTaskExecutor(new SyncTaskExecutor());
		this.channels.afterPropertiesSet();
	}

	@Override
	AutoCloseable stream(String stream, Consumer<Order> handler) throws Exception {
		StreamMessageListenerContainerOptions<String, MapRecord<String, String, Order>> options = StreamMessageListenerContainerOptions
			.builder()
			.pollTimeout(Duration.ofSeconds(1))
			.batchSize(BATCH)
			.keySerializer(RedisSerializer.string())
			.hashKeySerializer(RedisSerializer.string())
			.<String, Order>hashValueSerializer(new JacksonJsonRedisSerializer<>(Order.JSON, Order.class))
			.build();
		Acknowledgments acknowledgments = new Acknowledgments(template(), stream);
		AutoCloseable listening = start(StreamMessageListenerContainer.create(connections(), options), stream,
				(record) -> {
					handler.accept(record.getValue().get("payload"));
					acknowledgments.add(record.getId());
				});
		return () -> {
			listening.close();
			acknowledgments.close();
		};
	}

	@Override
	AutoCloseable channel(String channel, Consumer<Order> handler) {
		MessageListenerAdapter adapter = new MessageListenerAdapter(new Listener(handler), "handle");
		adapter.setSerializer(new JacksonJsonRedisSerializer<>(Order.JSON, Order.class));
		adapter.afterPropertiesSet();
		this.channels.addMessageListener(adapter, ChannelTopic.of(channel));
		this.channels.start();
		return () -> this.channels.removeMessageListener(adapter);
	}

	@Override
	public void close() {
		this.channels.stop();
		super.close();
	}

	/** The listener as an application has it. */
	public static final class Listener {

		private final Consumer<Order> handler;

		Listener(Consumer<Order> handler) {
			this.handler = handler;
		}

		/** Called by name. */
		public void handle(Order order) {
			this.handler.accept(order);
		}

	}

	/** Acknowledges many at a time. */
	private static final class Acknowledgments implements AutoCloseable {

		private final List<RecordId> handled = new ArrayList<>();

		private final StringRedisTemplate template;

		private final String stream;

		private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

		Acknowledgments(StringRedisTemplate template, String stream) {
			this.template = template;
			this.stream = stream;
			this.timer.scheduleWithFixedDelay(this::flush, 100, 100, TimeUnit.MILLISECONDS);
		}

		synchronized void add(RecordId id) {
			this.handled.add(id);
			if (this.handled.size() >= BATCH) {
				flush();
			}
		}

		private synchronized void flush() {
			if (!this.handled.isEmpty()) {
				this.template.opsForStream()
					.acknowledge(this.stream, Source.GROUP, this.handled.toArray(RecordId[]::new));
				this.handled.clear();
			}
		}

		@Override
		public void close() {
			this.timer.shutdownNow();
			flush();
		}

	}

}
