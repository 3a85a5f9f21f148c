package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;

/**
 * Counts what happens, per listener and outcome: {@code redis.broker.messages} with the
 * tags {@code listener} and {@code outcome}, {@code redis.broker.listener.duration},
 * {@code redis.broker.listener.disconnected}, and {@code redis.broker.channel.gap} with
 * the tags {@code listener} and {@code channel}.
 */
class MeteredBrokerEvents implements BrokerEvents {

	private final MeterRegistry meters;

	private final Map<String, Counter> counters = new ConcurrentHashMap<>();

	private final Map<String, Timer> timers = new ConcurrentHashMap<>();

	MeteredBrokerEvents(MeterRegistry meters) {
		this.meters = meters;
	}

	@Override
	public void handled(String listener, int messages, Duration duration) {
		count(listener, "handled", messages);
		timer("redis.broker.listener.duration", "Time that calls of a listener took", listener).record(duration);
	}

	@Override
	public void failed(String listener, int messages, Throwable failure) {
		count(listener, "failed", messages);
	}

	@Override
	public void retried(String listener) {
		count(listener, "retried", 1);
	}

	@Override
	public void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
		count(listener, "dead-lettered-" + letter.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'), 1);
	}

	@Override
	public void dropped(String listener) {
		count(listener, "dropped", 1);
	}

	@Override
	public void overflowed(String listener) {
		count(listener, "overflowed", 1);
	}

	@Override
	public void gap(String listener, String channel, Duration duration) {
		this.timers
			.computeIfAbsent("redis.broker.channel.gap " + listener + ' ' + channel,
					(key) -> Timer.builder("redis.broker.channel.gap")
						.description("Time that a channel was not subscribed, whose messages are gone")
						.tag("listener", listener)
						.tag("channel", channel)
						.register(this.meters))
			.record(duration);
	}

	@Override
	public void reclaimed(String listener, int messages) {
		count(listener, "reclaimed", messages);
	}

	@Override
	public void lost(String listener, int messages) {
		count(listener, "lost", messages);
	}

	@Override
	public void trimmed(String listener, int messages) {
		count(listener, "trimmed", messages);
	}

	@Override
	public void reconnected(String listener, Duration gap) {
		timer("redis.broker.listener.disconnected", "Time that a listener could not read from Redis", listener)
			.record(gap);
	}

	private void count(String listener, String outcome, int messages) {
		this.counters
			.computeIfAbsent(listener + ' ' + outcome,
					(key) -> Counter.builder("redis.broker.messages")
						.description("Messages by what became of them")
						.baseUnit("messages")
						.tag("listener", listener)
						.tag("outcome", outcome)
						.register(this.meters))
			.increment(messages);
	}

	private Timer timer(String name, String description, String listener) {
		return this.timers.computeIfAbsent(name + ' ' + listener,
				(key) -> Timer.builder(name).description(description).tag("listener", listener).register(this.meters));
	}

}
