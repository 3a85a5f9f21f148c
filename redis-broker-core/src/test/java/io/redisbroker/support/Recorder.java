package io.redisbroker.support;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.message.Delivery;

/**
 * A listener that records its deliveries, also when it then fails.
 */
public final class Recorder {

	/** Limits the output of a failed assertion to a readable size. */
	private static final int MOST_SHOWN = 100;

	private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();

	private final DeliveryListener then;

	public Recorder() {
		this((delivery, acknowledgment) -> {
		});
	}

	/** Records each delivery, then calls another listener. */
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
	 * Finds messages without a call, in linear time, because conditions that are polled
	 * search tens of thousands of messages.
	 * @param sent the messages that should have been handled
	 * @return the missing messages, at most the first hundred
	 */
	public List<String> missing(Collection<String> sent) {
		Set<String> calls = new HashSet<>(texts());
		return sent.stream().filter((text) -> !calls.contains(text)).limit(MOST_SHOWN).toList();
	}

	/**
	 * Compares the calls with the messages that were sent.
	 * @param sent the messages that should have been handled once each
	 * @return the messages that are missing or came more than once, at most the first
	 * hundred; empty if there are none
	 */
	public List<String> difference(Collection<String> sent) {
		return difference(texts(), sent);
	}

	/**
	 * Compares the calls of several recorders together with the messages that were sent.
	 */
	public static List<String> difference(Collection<Recorder> recorders, Collection<String> sent) {
		return difference(recorders.stream().flatMap((recorder) -> recorder.texts().stream()).toList(), sent);
	}

	private static List<String> difference(List<String> texts, Collection<String> sent) {
		Map<String, Integer> calls = new TreeMap<>();
		texts.forEach((text) -> calls.merge(text, 1, Integer::sum));
		Set<String> known = Set.copyOf(sent);
		Stream<String> missing = sent.stream().filter((text) -> !calls.containsKey(text)).map((text) -> "-" + text);
		Stream<String> tooMany = calls.entrySet()
			.stream()
			.filter((call) -> call.getValue() > 1 || !known.contains(call.getKey()))
			.map((call) -> (known.contains(call.getKey()) ? call.getValue() + "x" : "+") + call.getKey());
		return Stream.concat(missing, tooMany).limit(MOST_SHOWN).toList();
	}

	public int count() {
		return this.deliveries.size();
	}

}
