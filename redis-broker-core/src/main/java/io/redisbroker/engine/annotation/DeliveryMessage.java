package io.redisbroker.engine.annotation;

import java.util.HashMap;
import java.util.Map;

import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * A delivery as Spring Messaging sees it. Headers are made at the first use.
 */
final class DeliveryMessage implements Message<Object> {

	private final Delivery delivery;

	private final Acknowledgment acknowledgment;

	private final String listenerId;

	private @Nullable MessageHeaders headers;

	DeliveryMessage(Delivery delivery, Acknowledgment acknowledgment, String listenerId) {
		this.delivery = delivery;
		this.acknowledgment = acknowledgment;
		this.listenerId = listenerId;
	}

	Delivery delivery() {
		return this.delivery;
	}

	Acknowledgment acknowledgment() {
		return this.acknowledgment;
	}

	String listenerId() {
		return this.listenerId;
	}

	@Override
	public Object getPayload() {
		byte[] payload = this.delivery.payload();
		return (payload != null) ? payload : this.delivery.fields();
	}

	@Override
	public MessageHeaders getHeaders() {
		MessageHeaders result = this.headers;
		if (result == null) {
			Map<String, Object> all = new HashMap<>(this.delivery.headers());
			all.put(BrokerHeaders.SOURCE, this.delivery.source());
			all.put(BrokerHeaders.ID, this.delivery.id());
			all.put(BrokerHeaders.DELIVERY_COUNT, this.delivery.deliveryCount());
			all.put(BrokerHeaders.FAILURE_COUNT, this.delivery.failureCount());
			all.put(BrokerHeaders.LISTENER, this.listenerId);
			result = new DeliveryHeaders(all);
			this.headers = result;
		}
		return result;
	}

	/** Without the random id and the timestamp of this moment, which say nothing here. */
	private static final class DeliveryHeaders extends MessageHeaders {

		private static final long serialVersionUID = 1L;

		DeliveryHeaders(Map<String, Object> headers) {
			super(headers, ID_VALUE_NONE, -1L);
			// which also removes headers that a sender calls by these names
			headers.forEach(getRawHeaders()::putIfAbsent);
		}

	}

}
