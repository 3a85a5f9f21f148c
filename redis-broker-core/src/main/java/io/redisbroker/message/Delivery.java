package io.redisbroker.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * One handing-over of a message to this consumer: what was written, where it came from
 * and how often it was delivered before. Listener methods may take it as a parameter.
 * Immutable and thread-safe, as long as nobody writes to the payload array.
 *
 * @since 0.1.0
 */
public final class Delivery {

	private final String source;

	private final String id;

	private final long deliveryCount;

	private final long failureCount;

	private final Content content;

	/**
	 * Creates a delivery of a message on which no listener has failed.
	 * @param source the stream, queue or channel it came from
	 * @param id the message's id, unique in its source
	 * @param deliveryCount how often it was handed out, this time included
	 * @param content what was written
	 */
	public Delivery(String source, String id, long deliveryCount, Content content) {
		this(source, id, deliveryCount, 0, content);
	}

	/**
	 * Creates a delivery.
	 * @param source the stream, queue or channel it came from
	 * @param id the message's id, unique in its source
	 * @param deliveryCount how often it was handed out, this time included
	 * @param failureCount how often a listener failed on it
	 * @param content what was written
	 */
	public Delivery(String source, String id, long deliveryCount, long failureCount, Content content) {
		this.source = source;
		this.id = id;
		this.deliveryCount = deliveryCount;
		this.failureCount = failureCount;
		this.content = content;
	}

	/**
	 * Returns the stream, queue or channel that the message came from.
	 * @return the key in Redis
	 */
	public String source() {
		return this.source;
	}

	/**
	 * Returns by which of its sources' names the listener got the message.
	 * @return the key in Redis, or the pattern that matched a channel
	 */
	public String origin() {
		String pattern = this.content.pattern();
		return (pattern != null) ? pattern : this.source;
	}

	/**
	 * Returns the message's id. A message that was put back from the dead letters has the
	 * id it had before, also as a copy in a stream that no longer has the original; only
	 * messages of queues whose listeners acknowledge nothing get a new one.
	 * @return the id, for example {@code 1526569495631-0}
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns when the message was sent, where its source remembers.
	 * @return the time by Redis' clock; {@code null} for what did not come from a stream,
	 * and for ids that are no times
	 */
	public @Nullable Instant sentAt() {
		return this.content.sentAt(this.id);
	}

	/**
	 * Returns how often the message was handed to a listener, this time included.
	 * @return the delivery count, 1 for the first time; always 1 where Redis does not
	 * count
	 */
	public long deliveryCount() {
		return this.deliveryCount;
	}

	/**
	 * Returns how often a listener has failed on the message. Deliveries that ended
	 * without an outcome, because a process was stopped or killed, are no failures.
	 * @return the number of failures before this delivery, 0 for the first time
	 */
	public long failureCount() {
		return this.failureCount;
	}

	/**
	 * Returns the payload as it was written.
	 * @return the bytes, or {@code null} for an entry that has fields but no payload
	 */
	public byte @Nullable [] payload() {
		return this.content.payload();
	}

	/**
	 * Returns the payload as text.
	 * @return the payload, or {@code null} for an entry that has fields but no payload
	 */
	public @Nullable String text() {
		byte[] payload = payload();
		return (payload != null) ? new String(payload, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Returns the headers that travelled with the payload.
	 * @return the headers; empty for an entry that has no payload
	 */
	public Map<String, String> headers() {
		return this.content.headers();
	}

	/**
	 * Returns the content type of the payload, as its sender names it in the header
	 * {@code contentType}.
	 * @return for example {@code application/cbor}; {@code null} for JSON, text and bytes
	 * without that header
	 */
	public @Nullable String contentType() {
		return this.content.header(MessageHeaders.CONTENT_TYPE);
	}

	/**
	 * Returns the fields of an entry without a payload, as another client may write it.
	 * @return names and values in the order written; empty for an entry with a payload
	 */
	public Map<String, String> fields() {
		return this.content.fields();
	}

	/**
	 * Returns what was written, in the form the transport knows.
	 * @return the content
	 */
	public Content content() {
		return this.content;
	}

	@Override
	public String toString() {
		return this.source + " " + this.id;
	}

	/**
	 * What a message holds. Implementations decode lazily: most listeners want only the
	 * payload.
	 */
	public interface Content {

		/**
		 * Returns the payload.
		 * @return the payload, or {@code null} when there are only fields
		 */
		byte @Nullable [] payload();

		/**
		 * Returns the headers.
		 * @return the headers, unmodifiable
		 */
		Map<String, String> headers();

		/**
		 * Returns one header.
		 * @param name its name
		 * @return its value, or {@code null} where there is none
		 */
		default @Nullable String header(String name) {
			return headers().get(name);
		}

		/**
		 * Returns the fields of a message without payload.
		 * @return the fields, unmodifiable
		 */
		default Map<String, String> fields() {
			return Map.of();
		}

		/**
		 * Returns the pattern that matched the channel.
		 * @return the pattern, or {@code null} where there is none
		 */
		default @Nullable String pattern() {
			return null;
		}

		/**
		 * Returns when the message was sent.
		 * @param id the message's id
		 * @return the time, or {@code null} where that can't be told
		 */
		default @Nullable Instant sentAt(String id) {
			return null;
		}

		/**
		 * Returns everything as it stands in a stream entry, byte for byte, for a dead
		 * letter.
		 * @return names and values in turn
		 */
		byte[][] raw();

	}

}
