package io.redisbroker.support;

import java.util.List;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.message.Delivery;

/**
 * Records the actions of listeners in all processes. It is kept in Redis, so that it
 * outlives the processes. Also has the gate at which listeners wait that are told to
 * hold.
 */
public final class Ledger {

	private static final String KEY = "ledger:";

	private static final String LOST = KEY + "lost";

	private static final String GATE = "gate";

	private final RedisCommands<String, String> redis;

	public Ledger(RedisCommands<String, String> redis) {
		this.redis = redis;
	}

	public int count(Event event) {
		return this.redis.llen(KEY + event).intValue();
	}

	public List<Entry> entries(Event event) {
		return this.redis.lrange(KEY + event, 0, -1).stream().map(Entry::parse).toList();
	}

	/** The number of deliveries that were lost to another consumer. */
	public int lost() {
		String lost = this.redis.get(LOST);
		return (lost != null) ? Integer.parseInt(lost) : 0;
	}

	public void openGate() {
		this.redis.set(GATE, "open");
	}

	/** The event of a delivery. */
	public enum Event {

		/** The listener was called. */
		BEGUN,

		/** The listener has done its work and is about to return. */
		HANDLED,

		/** Redis carried out a settlement by hand. */
		SETTLED,

		/** A settlement by hand came too late. */
		REFUSED

	}

	/** One event of one delivery, and the instance where it happened. */
	public record Entry(String instance, String id, long deliveryCount, String message) {

		private static final String SEPARATOR = "|";

		private String format() {
			return String.join(SEPARATOR, this.instance, this.id, Long.toString(this.deliveryCount), this.message);
		}

		private static Entry parse(String text) {
			String[] parts = text.split("\\" + SEPARATOR, 4);
			return new Entry(parts[0], parts[1], Long.parseLong(parts[2]), parts[3]);
		}

	}

	/** Writes the events of one instance. */
	static final class Writer {

		private final StatefulRedisConnection<String, String> connection;

		private final String instance;

		private volatile boolean open;

		Writer(StatefulRedisConnection<String, String> connection, String instance) {
			this.connection = connection;
			this.instance = instance;
		}

		/**
		 * Returns when Redis has the event, and all events before that were written
		 * without waiting.
		 */
		void write(Event event, Delivery delivery) {
			writeLater(event, delivery).toCompletableFuture().join();
		}

		RedisFuture<Long> writeLater(Event event, Delivery delivery) {
			Entry entry = new Entry(this.instance, delivery.id(), delivery.deliveryCount(),
					String.valueOf(delivery.text()));
			return this.connection.async().rpush(KEY + event, entry.format());
		}

		void addLost(int messages) {
			this.connection.async().incrby(LOST, messages);
		}

		void awaitGate() {
			if (!this.open) {
				Patience.await().forever().until(() -> this.connection.sync().exists(GATE) == 1);
				this.open = true;
			}
		}

	}

}
