package io.redisbroker.sample;

import java.math.BigDecimal;
import java.time.Duration;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.message.Delivery;
import io.redisbroker.sample.OrderStatus.Step;
import io.redisbroker.send.QueueSender;
import io.redisbroker.send.RedisBroker;

import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

/**
 * Handles orders. Two groups read the same stream, so each group gets every order. Paid
 * orders go to a queue, and each is packed once, however many instances run.
 *
 * <p>
 * When a method returns, its message is acknowledged. When it throws, the message is
 * delivered again after a pause, and in the end becomes a dead letter. The dead letters
 * are a stream, which a listener can read too.
 */
@Component
class OrderListeners {

	private static final BigDecimal LIMIT = new BigDecimal(1000);

	private final OrderLog log;

	private final QueueSender parcels;

	OrderListeners(OrderLog log, RedisBroker broker) {
		this.log = log;
		this.parcels = broker.queue("parcels");
	}

	@StreamListener(streams = "orders", group = "payment")
	void pay(Order order, Delivery delivery) {
		if (order.amount().compareTo(LIMIT) > 0) {
			this.log.record(delivery.id(), "payment", new Step("refused", delivery.deliveryCount(), null));
			throw new PaymentRefusedException("The amount is above " + LIMIT);
		}
		this.log.record(delivery.id(), "payment", new Step("paid", delivery.deliveryCount(), null));
		// sent only once, also when this order is delivered again
		this.parcels.withDeduplication(delivery.id(), Duration.ofDays(1)).send(delivery.id());
	}

	@QueueListener("parcels")
	void pack(String order, Delivery delivery) {
		this.log.record(order, "warehouse", new Step("packed", delivery.deliveryCount(), null));
	}

	@StreamListener(streams = "orders", group = "notification")
	void confirm(Order order, Delivery delivery) {
		this.log.record(delivery.id(), "notification",
				new Step("sent to " + order.customer(), delivery.deliveryCount(), null));
	}

	@StreamListener(streams = "{orders}:dlq", group = "support")
	void giveUp(@Header("dead-letter-id") String id, @Header("dead-letter-group") String group,
			@Header("dead-letter-deliveries") long deliveries, @Header("dead-letter-reason") String reason,
			@Header(name = "dead-letter-message", defaultValue = "") String message) {
		this.log.record(id, group, new Step("in the dead letters", deliveries, reason + ": " + message));
	}

	static class PaymentRefusedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		PaymentRefusedException(String message) {
			super(message);
		}

	}

}
