package io.redisbroker.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.message.Delivery;

/**
 * A listener that remembers what it was called with, also when it then fails.
 */
public final class Recorder {

	private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();

	private final DeliveryListener then;

	public Recorder() {
		this((delivery, acknowledgment) -> {
		});
	}

	/** Remembers, then does something. */
	public Recorder(DeliveryListener then) {
		this.then = then;
	}

	public DeliveryHandler handler() {
		return DeliveryHandler.of((delivery, acknowledgment) -> {
			this.deliveries.add(delivery);
			this.then.onDelivery(delivery, acknowledgment);
		});
	}

	/** Every call, in order. */
	public List<Delivery> deliveries() {
		return new ArrayList<>(this.deliveries);
	}

	/** The payloads of every call, in order. */
	public List<String> texts() {
		return this.deliveries.stream().map(Delivery::text).toList();
	}

	public int count() {
		return this.deliveries.size();
	}

}
