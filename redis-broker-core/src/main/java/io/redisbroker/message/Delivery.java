package io.redisbroker.message;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * One delivery of a message to this consumer: its content, its source, and the numbers of
 * deliveries and failures. Listener methods may have it as a parameter. Immutable and
 * thread-safe, as long as the application does not change the payload array.
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
	 * @param source the key of the stream, queue or channel
	 * @param id the message's id, unique in its source
	 * @param deliveryCount the number of deliveries, this one included
	 * @param content the content of the message
	 */
	public Delivery(String source, String id, long deliveryCount, Content content) {
		this(source, id, deliveryCount, 0, content);
	}

	/**
	 * Creates a delivery.
	 * @param source the key of the stream, queue or channel
	 * @param id the message's id, unique in its source
	 * @param deliveryCount the number of deliveries, this one included
	 * @param failureCount the number of failures before this delivery
	 * @param content the content of the message
	 */
	public Delivery(String source, String id, long deliveryCount, long failureCount, Content content) {
		this.source = source;
		this.id = id;
		this.deliveryCount = deliveryCount;
		this.failureCount = failureCount;
		this.content = content;
	}

	/**
	 * Returns the stream, queue or channel that the message comes from.
	 * @return the key in Redis
	 */
	public String source() {
		return this.source;
	}

	/**
	 * Returns the name under which the listener receives the message: one of the names in
	 * the listener's configuration, with {@code redis-broker.key-prefix}.
	 * @return the key in Redis, or the pattern that matched a channel
	 */
	public String origin() {
		String pattern = this.content.pattern();
		return (pattern != null) ? pattern : this.source;
	}

	/**
	 * Returns the id of the message. A message that is redriven from the dead letters
	 * keeps its id, also when the stream no longer has the original and holds a copy.
	 * Only in queues whose listeners use {@code AckMode.NONE} a redriven message gets a
	 * new id.
	 * @return the id, for example {@code 1526569495631-0}
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns the time at which the message was sent, if it comes from a stream.
	 * @return the time by Redis' clock; {@code null} for a message of a queue or channel,
	 * and when the id of the entry is not a time
	 */
	public @Nullable Instant sentAt() {
		return this.content.sentAt(this.id);
	}

	/**
	 * Returns the number of deliveries of the message, this one included.
	 * @return the delivery count, 1 for the first delivery; always 1 where Redis does not
	 * count deliveries
	 */
	public long deliveryCount() {
		return this.deliveryCount;
	}

	/**
	 * Returns how often a listener has failed on the message. A delivery that ended
	 * without an outcome, because a process was stopped or killed, is not a failure.
	 * @return the number of failures before this delivery, 0 for the first delivery
	 */
	public long failureCount() {
		return this.failureCount;
	}

	/**
	 * Returns the payload, byte for byte as the sender wrote it.
	 * @return the bytes, or {@code null} for an entry that has fields but no payload
	 */
	public byte @Nullable [] payload() {
		return this.content.payload();
	}

	/**
	 * Returns the payload as text in UTF-8.
	 * @return the payload, or {@code null} for an entry that has fields but no payload
	 */
	public @Nullable String text() {
		byte[] payload = payload();
		return (payload != null) ? new String(payload, StandardCharsets.UTF_8) : null;
	}

	/**
	 * Returns the headers that were sent with the payload.
	 * @return the headers, unmodifiable; empty for an entry without a payload
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
	 * Returns the fields of a stream entry without a payload, such as other clients
	 * write.
	 * @return names and values in the order of the entry, unmodifiable; empty for an
	 * entry with a payload
	 */
	public Map<String, String> fields() {
		return this.content.fields();
	}

	/**
	 * Returns the content of the message, as the transport holds it.
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
	 * The content of a message. Implementations decode lazily, because most listeners
	 * need only the payload.
	 */
	public interface Content {

		/**
		 * The name of the field that holds the payload: in stream entries, envelopes and
		 * dead letters. No header has this name.
		 */
		String PAYLOAD = "payload";

		/**
		 * Returns the payload.
		 * @return the payload, or {@code null} for an entry that has fields but no
		 * payload
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
		 * Returns the fields of a message without a payload.
		 * @return the fields, unmodifiable
		 */
		default Map<String, String> fields() {
			return Map.of();
		}

		/**
		 * Returns the pattern that matched the channel.
		 * @return the pattern, or {@code null} if the message did not match a pattern
		 */
		default @Nullable String pattern() {
			return null;
		}

		/**
		 * Returns the time at which the message was sent.
		 * @param id the message's id
		 * @return the time, or {@code null} if it is unknown
		 */
		default @Nullable Instant sentAt(String id) {
			return null;
		}

		/**
		 * Returns the whole content in the form of a stream entry, byte for byte, for a
		 * dead letter.
		 * @return names and values of fields in turn
		 */
		byte[][] raw();

	}

}
