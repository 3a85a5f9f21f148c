package io.redisbroker.send;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * How an application replaces senders in its unit tests, see docs/configuration.md.
 */
class ReplacedSenderTests {

	record Order(long id) {
	}

	/** A class of an application. */
	static class Shop {

		private final QueueSender orders;

		Shop(RedisBroker broker) {
			this.orders = broker.queue("orders").withHeader("tenant", "eu");
		}

		boolean place(Order order) {
			return this.orders.withDeduplication("order-" + order.id(), Duration.ofMinutes(10)).send(order);
		}

	}

	@Test
	void withMockito() {
		QueueSender orders = mock(QueueSender.class, RETURNS_SELF);
		RedisBroker broker = mock(RedisBroker.class);
		given(broker.queue("orders")).willReturn(orders);
		given(orders.send(any())).willReturn(true);
		assertThat(new Shop(broker).place(new Order(1))).isTrue();
		verify(orders).withHeader("tenant", "eu");
		verify(orders).withDeduplication("order-1", Duration.ofMinutes(10));
		verify(orders).send(new Order(1));
	}

	@Test
	void withAFake() {
		FakeQueue orders = new FakeQueue();
		RedisBroker broker = new FakeBroker(orders);
		assertThat(new Shop(broker).place(new Order(1))).isTrue();
		assertThat(orders.sent).containsExactly(new Order(1));
	}

	/** Knows one queue. */
	record FakeBroker(QueueSender queue) implements RedisBroker {

		@Override
		public QueueSender queue(String name) {
			return this.queue;
		}

		@Override
		public StreamSender stream(String name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ChannelSender channel(String name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ChannelSender shardedChannel(String name) {
			throw new UnsupportedOperationException();
		}

	}

	/** Keeps the payloads. */
	static final class FakeQueue implements QueueSender {

		final List<Object> sent = new ArrayList<>();

		@Override
		public QueueSender withHeader(String name, String value) {
			return this;
		}

		@Override
		public QueueSender withHeaders(Map<String, String> more) {
			return this;
		}

		@Override
		public QueueSender withMaxLength(long maxLength) {
			return this;
		}

		@Override
		public QueueSender withDeduplication(String key, Duration window) {
			return this;
		}

		@Override
		public boolean send(Object payload) {
			return this.sent.add(payload);
		}

		@Override
		public CompletableFuture<Boolean> sendAsync(Object payload) {
			return CompletableFuture.completedFuture(send(payload));
		}

		@Override
		public boolean sendAll(Collection<?> payloads) {
			return this.sent.addAll(payloads);
		}

		@Override
		public boolean sendIfPresent(Object payload) {
			return !this.sent.isEmpty() && send(payload);
		}

		@Override
		public boolean sendDelayed(Object payload, Duration delay) {
			return send(payload);
		}

		@Override
		public boolean sendDelayed(Object payload, Instant due) {
			return send(payload);
		}

		@Override
		public long size() {
			return this.sent.size();
		}

		@Override
		public long inFlight() {
			return 0;
		}

		@Override
		public long delayed() {
			return 0;
		}

		@Override
		public List<Delivery.Content> peek(int most) {
			throw new UnsupportedOperationException();
		}

	}

}
