package io.redisbroker.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Which entries of a stream the application removes, and when. Each rule removes by
 * itself; without any rule nothing is removed. A length or an age removes an entry
 * although a group may still need it. Immutable.
 *
 * @param stream the stream, as listeners and senders name it
 * @param maxLength about how many entries are kept, the latest, or 0 for all
 * @param maxAge how long each entry is kept, by Redis' clock, or {@code null} for ever
 * @param acknowledged whether entries are removed that every consumer group has
 * acknowledged
 * @param idleGroupAfter how old an entry has to be that a group keeps, and for how long
 * all consumers of the group have to be idle, before the group is reported; counts where
 * {@code acknowledged} does
 * @param connectionFactory the bean of the connection factory that leads to the Redis of
 * the stream; {@code null} for each Redis in which listeners of the application read the
 * stream, and the broker's own Redis where there are none
 * @since 0.1.0
 */
public record StreamRetention(String stream, long maxLength, @Nullable Duration maxAge, boolean acknowledged,
		Duration idleGroupAfter, @Nullable String connectionFactory) {

	/** After which time an idle group is reported by default. */
	public static final Duration IDLE_GROUP_AFTER = Duration.ofHours(1);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public StreamRetention {
		Assert.hasText(stream, "A stream has a name");
		Assert.isTrue(maxLength >= 0, "The number of entries that are kept is not negative");
		Assert.isTrue(maxAge == null || maxAge.compareTo(Duration.ofMillis(1)) >= 0,
				"Entries are kept for at least 1 ms");
		Assert.isTrue(idleGroupAfter.compareTo(Duration.ofMillis(1)) >= 0, "A group is idle after at least 1 ms");
	}

	/**
	 * Keeps all entries of a stream for ever; limits can be added.
	 * @param stream the stream, as listeners and senders name it
	 * @return the retention
	 */
	public static StreamRetention of(String stream) {
		return new StreamRetention(stream, 0, null, false, IDLE_GROUP_AFTER, null);
	}

	/**
	 * Keeps about this many entries, the latest.
	 * @param maxLength the number of entries, or 0 for all
	 * @return the retention
	 */
	public StreamRetention withMaxLength(long maxLength) {
		return new StreamRetention(this.stream, maxLength, this.maxAge, this.acknowledged, this.idleGroupAfter,
				this.connectionFactory);
	}

	/**
	 * Keeps each entry for about this long.
	 * @param maxAge the age, or {@code null} for ever
	 * @return the retention
	 */
	public StreamRetention withMaxAge(@Nullable Duration maxAge) {
		return new StreamRetention(this.stream, this.maxLength, maxAge, this.acknowledged, this.idleGroupAfter,
				this.connectionFactory);
	}

	/**
	 * Says whether entries are removed that every consumer group has acknowledged.
	 * @param acknowledged whether they are
	 * @return the retention
	 */
	public StreamRetention withAcknowledged(boolean acknowledged) {
		return new StreamRetention(this.stream, this.maxLength, this.maxAge, acknowledged, this.idleGroupAfter,
				this.connectionFactory);
	}

	/**
	 * Says after which time a group is reported that keeps entries and has no consumer
	 * that reads them.
	 * @param idleGroupAfter the time
	 * @return the retention
	 */
	public StreamRetention withIdleGroupAfter(Duration idleGroupAfter) {
		return new StreamRetention(this.stream, this.maxLength, this.maxAge, this.acknowledged, idleGroupAfter,
				this.connectionFactory);
	}

	/**
	 * Names the Redis of the stream.
	 * @param connectionFactory the name of a bean of type {@code RedisConnectionFactory},
	 * or {@code null} for each Redis in which listeners of the application read the
	 * stream, and the broker's own Redis where there are none
	 * @return the retention
	 */
	public StreamRetention withConnectionFactory(@Nullable String connectionFactory) {
		return new StreamRetention(this.stream, this.maxLength, this.maxAge, this.acknowledged, this.idleGroupAfter,
				connectionFactory);
	}

	/**
	 * Tells whether nothing is removed.
	 * @return whether there is no rule
	 */
	public boolean keepsAll() {
		return this.maxLength == 0 && this.maxAge == null && !this.acknowledged;
	}

	public StreamRetention withPrefix(String keyPrefix) {
		return new StreamRetention(keyPrefix + this.stream, this.maxLength, this.maxAge, this.acknowledged,
				this.idleGroupAfter, this.connectionFactory);
	}

}
