package io.redisbroker.deadletter;

import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;

/**
 * A queue, stream or channel that a listener reads, and where its dead letters are; of
 * one listener, or of all. Immutable.
 *
 * @param source its key
 * @param type the transport of the source
 * @param deadLetters the key of the stream with its dead letters
 * @param group the consumer group whose dead letters are meant; {@code null} for all, or
 * where there is no group
 * @param listener the id of the listener whose dead letters are meant, which tells them
 * apart where there is no group; {@code null} for all
 * @param connectionFactory the bean of the connection factory that leads to the Redis of
 * the source; {@code null} for the broker's own Redis
 * @since 0.1.0
 */
public record DeadLetterSource(String source, TransportType type, String deadLetters, @Nullable String group,
		@Nullable String listener, @Nullable String connectionFactory) {

	/**
	 * Means dead letters in the broker's own Redis.
	 * @param source its key
	 * @param type the transport of the source
	 * @param deadLetters the key of the stream with its dead letters
	 * @param group the consumer group, or {@code null} for all
	 * @param listener the id of the listener, or {@code null} for all
	 */
	public DeadLetterSource(String source, TransportType type, String deadLetters, @Nullable String group,
			@Nullable String listener) {
		this(source, type, deadLetters, group, listener, null);
	}

	/**
	 * Means the dead letters of all groups and listeners in the broker's own Redis.
	 * @param source its key
	 * @param type the transport of the source
	 * @param deadLetters the key of the stream with its dead letters
	 */
	public DeadLetterSource(String source, TransportType type, String deadLetters) {
		this(source, type, deadLetters, null, null);
	}

	/**
	 * Returns the same source with the dead letters of all groups and listeners.
	 * @return the whole source
	 */
	public DeadLetterSource whole() {
		return new DeadLetterSource(this.source, this.type, this.deadLetters, null, null, this.connectionFactory);
	}

	/**
	 * The group that decides whose a dead letter is; with it the listener does not
	 * matter, since the members of a group may have several ids.
	 */
	public String decidingGroup() {
		return (this.group != null) ? this.group : "";
	}

	/**
	 * The listener that decides whose a dead letter is. A queue's messages belong to all
	 * its listeners.
	 */
	public String decidingListener() {
		return (this.group == null && this.listener != null && this.type != TransportType.QUEUE) ? this.listener : "";
	}

}
