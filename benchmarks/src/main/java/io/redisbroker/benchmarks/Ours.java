package io.redisbroker.benchmarks;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.annotation.ListenerMethodFactory;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * redis-broker with its starter. Listeners are registered in code, because their number
 * and their sources vary, with the same handlers as annotated methods.
 */
final class Ours implements Contestant {

	private final RedisURI uri;

	private final ConfigurableApplicationContext application;

	private final RedisBroker broker;

	private final ListenerSettings settings;

	private final AtomicInteger listeners = new AtomicInteger();

	private final Class<?> configuration;

	Ours(RedisURI uri) {
		this(uri, ListenerSettings.DEFAULTS, CountingLosses.class);
	}

	static Ours readingFurtherAhead(RedisURI uri) {
		return new Ours(uri, ListenerSettings.DEFAULTS.withBatchSize(512), CountingLosses.class);
	}

	static Ours onTheThreadThatReads(RedisURI uri) {
		return new Ours(uri, ListenerSettings.DEFAULTS, WithoutWorkers.class);
	}

	private Ours(RedisURI uri, ListenerSettings settings, Class<?> configuration) {
		this.uri = uri;
		this.application = Application.start(uri, configuration);
		this.broker = this.application.getBean(RedisBroker.class);
		this.settings = settings;
		this.configuration = configuration;
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		String id = "listener-" + this.listeners.incrementAndGet();
		Method method = Listener.class.getDeclaredMethod("handle", Order.class);
		ListenerContainer container = this.application.getBean(ListenerRegistry.class)
			.register(endpoint(source, id,
					this.application.getBean(ListenerMethodFactory.class).create(new Listener(handler), method, id)));
		return () -> container.stop(Duration.ofSeconds(5)).get();
	}

	private ListenerEndpoint endpoint(Source source, String id, DeliveryHandler handler) {
		return switch (source.kind()) {
			case STREAM -> StreamEndpoint.builder(id)
				.streams(source.names().toArray(String[]::new))
				.group(Source.GROUP)
				.settings(this.settings)
				.handler(handler);
			case QUEUE -> QueueEndpoint.builder(id).queues(source.name()).settings(this.settings).handler(handler);
			case QUEUE_AT_MOST_ONCE -> QueueEndpoint.builder(id)
				.queues(source.name())
				.settings(this.settings.withAckMode(AckMode.NONE))
				.handler(handler);
			case CHANNEL ->
				ChannelEndpoint.builder(id).channels(source.name()).settings(this.settings).handler(handler);
		};
	}

	@Override
	public Contestant another() {
		return new Ours(this.uri, this.settings, this.configuration);
	}

	@Override
	public long unsettled(Source source, Server server) {
		return (source.kind() == Source.Kind.QUEUE) ? this.broker.queue(source.name()).inFlight()
				: Contestant.super.unsettled(source, server);
	}

	@Override
	public void send(Sending way, String key, List<Order> orders) {
		switch (way) {
			case ONE_BY_ONE -> orders.forEach(this.broker.queue(key)::send);
			case ASYNC -> CompletableFuture
				.allOf(orders.stream().map(this.broker.queue(key)::sendAsync).toArray(CompletableFuture[]::new))
				.join();
			case BULK_TO_LIST -> this.broker.queue(key).sendAll(orders);
			case BULK_TO_STREAM -> this.broker.stream(key).sendAll(orders);
		}
	}

	@Override
	public long countedLosses() {
		return this.application.getBean(OverflowCounter.class).overflowed.sum();
	}

	@Override
	public void close() {
		this.application.close();
	}

	/** The listener as an application has it. */
	static final class Listener {

		private final Consumer<Order> handler;

		Listener(Consumer<Order> handler) {
			this.handler = handler;
		}

		void handle(Order order) {
			this.handler.accept(order);
		}

	}

	static final class OverflowCounter implements BrokerEvents {

		private final LongAdder overflowed = new LongAdder();

		@Override
		public void overflowed(String listener, Delivery delivery) {
			this.overflowed.increment();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CountingLosses {

		@Bean
		OverflowCounter overflowCounter() {
			return new OverflowCounter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutWorkers extends CountingLosses {

		@Bean
		WorkerExecutors workerExecutors() {
			return (listenerId, concurrency) -> Runnable::run;
		}

	}

}
