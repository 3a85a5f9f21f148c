package io.redisbroker.support;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
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
		return DeliveryHandler.of(listener());
	}

	public DeliveryListener listener() {
		return (delivery, acknowledgment) -> {
			this.deliveries.add(delivery);
			this.then.onDelivery(delivery, acknowledgment);
		};
	}

	/** Every call, in order. */
	public List<Delivery> deliveries() {
		return new ArrayList<>(this.deliveries);
	}

	/** The payloads of every call, in order. */
	public List<String> texts() {
		return this.deliveries.stream().map(Delivery::text).toList();
	}

	/**
	 * Compares the calls with what was sent.
	 * @param sent what should have been handled once each
	 * @return what is missing and what came more than once; empty when all is well
	 */
	public String difference(Collection<String> sent) {
		Map<String, Integer> calls = new TreeMap<>();
		texts().forEach((text) -> calls.merge(text, 1, Integer::sum));
		StringBuilder difference = new StringBuilder();
		sent.stream()
			.filter((text) -> !calls.containsKey(text))
			.forEach((text) -> difference.append(" -").append(text));
		Set<String> known = Set.copyOf(sent);
		calls.forEach((text, count) -> {
			if (!known.contains(text)) {
				difference.append(" +").append(text);
			}
			else if (count > 1) {
				difference.append(' ').append(count).append('x').append(text);
			}
		});
		return difference.toString();
	}

	public int count() {
		return this.deliveries.size();
	}

}
