package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservation.LowCardinalityKeys;

/**
 * Counts messages per listener, source and outcome: {@code redis.broker.messages} with
 * the tags {@code listener}, {@code source} and {@code outcome}, and
 * {@code redis.broker.listener.duration}, {@code redis.broker.messages.wait},
 * {@code redis.broker.listener.disconnected}, and {@code redis.broker.channel.gap} with
 * the tags {@code listener} and {@code channel}.
 */
class MeteredBrokerEvents implements BrokerEvents {

	private final MeterRegistry meters;

	private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

	private final Map<List<String>, Timer> timers = new ConcurrentHashMap<>();

	MeteredBrokerEvents(MeterRegistry meters) {
		this.meters = meters;
	}

	/** A second delivery has waited for other reasons. */
	@Override
	public void begun(String listener, Delivery delivery) {
		Instant sentAt = delivery.sentAt();
		if (sentAt != null && delivery.deliveryCount() == 1) {
			Duration waited = Duration.between(sentAt, Instant.now());
			timer("redis.broker.messages.wait", "Time from sending a message to its first handling", "listener",
					listener, "source", delivery.origin())
				.record(waited.isNegative() ? Duration.ZERO : waited);
		}
	}

	@Override
	public void handled(String listener, List<Delivery> deliveries, Duration duration) {
		bySource(deliveries).forEach((source, messages) -> {
			count(listener, source, "handled", messages);
			timer("redis.broker.listener.duration", "Time that calls of a listener took", "listener", listener,
					"source", source)
				.record(duration);
		});
	}

	@Override
	public void failed(String listener, List<Delivery> deliveries, Throwable failure) {
		count(listener, deliveries, "failed");
	}

	@Override
	public void retried(String listener, Delivery delivery) {
		count(listener, delivery.origin(), "retried", 1);
	}

	@Override
	public void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
		count(listener, delivery.origin(),
				"dead-lettered-" + letter.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), 1);
	}

	@Override
	public void dropped(String listener, Delivery delivery) {
		count(listener, delivery.origin(), "dropped", 1);
	}

	@Override
	public void overflowed(String listener, Delivery delivery) {
		count(listener, delivery.origin(), "overflowed", 1);
	}

	@Override
	public void gap(String listener, String channel, Duration duration) {
		timer("redis.broker.channel.gap", "Time that a channel was not subscribed, whose messages are gone", "listener",
				listener, "channel", channel)
			.record(duration);
	}

	@Override
	public void reclaimed(String listener, List<Delivery> deliveries) {
		count(listener, deliveries, "reclaimed");
	}

	@Override
	public void lost(String listener, Delivery delivery) {
		count(listener, delivery.origin(), "lost", 1);
	}

	@Override
	public void trimmed(String listener, String source, int messages) {
		count(listener, source, "trimmed", messages);
	}

	@Override
	public void hindered(String listener, String activity, Throwable failure) {
		this.counters
			.computeIfAbsent(List.of(listener, activity),
					(key) -> Counter.builder("redis.broker.listener.hindered")
						.description("Tries to reclaim, renew or settle messages that Redis refused or did not answer")
						.baseUnit("tries")
						.tags("listener", listener, "activity", activity)
						.register(this.meters))
			.increment();
	}

	@Override
	public void reconnected(String listener, Duration gap) {
		timer("redis.broker.listener.disconnected", "Time that a listener could not read from Redis", "listener",
				listener)
			.record(gap);
	}

	/** Also the meters that an observation registry has made for the listener. */
	@Override
	public void unregistered(String listener) {
		forget(this.counters, listener);
		forget(this.timers, listener);
		this.meters.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> listener.equals(id.getTag(LowCardinalityKeys.LISTENER.asString())))
			.forEach(this.meters::remove);
	}

	private <M extends Meter> void forget(Map<List<String>, M> known, String listener) {
		known.entrySet().removeIf((each) -> {
			boolean gone = each.getKey().get(0).equals(listener);
			if (gone) {
				this.meters.remove(each.getValue());
			}
			return gone;
		});
	}

	private void count(String listener, List<Delivery> deliveries, String outcome) {
		bySource(deliveries).forEach((source, messages) -> count(listener, source, outcome, messages));
	}

	private static Map<String, Integer> bySource(List<Delivery> deliveries) {
		return (deliveries.size() == 1) ? Map.of(deliveries.get(0).origin(), 1)
				: deliveries.stream().collect(Collectors.toMap(Delivery::origin, (delivery) -> 1, Integer::sum));
	}

	private void count(String listener, String source, String outcome, int messages) {
		this.counters
			.computeIfAbsent(List.of(listener, source, outcome),
					(key) -> Counter.builder("redis.broker.messages")
						.description("Messages by their outcome")
						.baseUnit("messages")
						.tags("listener", listener, "source", source, "outcome", outcome)
						.register(this.meters))
			.increment(messages);
	}

	/** The first tag is the listener, the second, if there is one, its source. */
	private Timer timer(String name, String description, String... tags) {
		return this.timers.computeIfAbsent(List.of(tags[1], name, (tags.length > 3) ? tags[3] : ""),
				(key) -> Timer.builder(name).description(description).tags(tags).register(this.meters));
	}

}
