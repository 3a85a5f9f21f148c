package io.redisbroker.engine.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.redisbroker.converter.EncodedPayload;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.Assert;

/**
 * A message to send: the bytes of the payload and all headers, those of the sender and
 * those of a received message that is sent on. The broker's own headers are never among
 * them: they describe a delivery that is over. Immutable, as long as the payload array is
 * not written to. Messages with equal content are equal.
 *
 * @param payload the payload
 * @param headers the headers, in the order in which they are written
 */
public record Outgoing(byte[] payload, Map<String, String> headers) {

	/**
	 * Copies the headers.
	 */
	public Outgoing {
		headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
	}

	/**
	 * Encodes a payload.
	 * @param payload bytes, text, an object for the codec, a {@link Message} with one of
	 * these, or a {@link Delivery}
	 * @param headers the headers of the sender; a message's own headers replace them
	 * @param trace the headers of a tracer, which replace all others: a message that is
	 * sent on has the trace it came with
	 * @param codec encodes the payload
	 */
	public static Outgoing of(Object payload, Map<String, String> headers, Map<String, String> trace,
			PayloadCodec codec) {
		Assert.notNull(payload, "A payload is not null");
		Map<String, String> all = new LinkedHashMap<>(headers);
		Object body = payload;
		if (payload instanceof Message<?> message) {
			message.getHeaders().forEach((name, value) -> {
				if (!isSprings(name, value)) {
					pass(name, String.valueOf(value), all);
				}
			});
			body = (message.getPayload() instanceof Optional<?> optional && optional.isPresent()) ? optional.get()
					: message.getPayload();
		}
		else if (payload instanceof Delivery delivery) {
			delivery.headers().forEach((name, value) -> pass(name, value, all));
			byte[] bytes = delivery.payload();
			body = (bytes != null) ? bytes : codec.encode(delivery.fields());
		}
		EncodedPayload encoded = codec.encode(body, all.get(MessageHeaders.CONTENT_TYPE));
		if (encoded.contentType() != null) {
			all.put(MessageHeaders.CONTENT_TYPE, encoded.contentType());
		}
		all.putAll(trace);
		return new Outgoing(encoded.bytes(), all);
	}

	/**
	 * Adds headers to those of a sender.
	 * @param headers the sender's headers
	 * @param more the headers to add, of a received message for example
	 */
	static Map<String, String> with(Map<String, String> headers, Map<String, String> more) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		more.forEach((name, value) -> pass(name, value, all));
		return Collections.unmodifiableMap(all);
	}

	/**
	 * Adds one header to those of a sender.
	 * @param headers the sender's headers
	 * @param name the header's name, which must not be one of the broker's own
	 * @param value the header's value
	 */
	static Map<String, String> with(Map<String, String> headers, String name, String value) {
		Assert.isTrue(!isBrokersOwn(name), () -> reserved(name));
		return with(headers, Map.of(name, value));
	}

	/**
	 * Returns the value that stands in a list or is published on a channel.
	 * @return the payload, in an envelope if there are headers
	 */
	public byte[] value() {
		return Envelope.encode(this.payload, this.headers);
	}

	/**
	 * Returns the fields of a stream entry.
	 * @return names and values in turn, the payload first, each {@code String} or
	 * {@code byte[]}
	 */
	List<Object> fields() {
		List<Object> fields = new ArrayList<>(2 + 2 * this.headers.size());
		fields.add(Delivery.Content.PAYLOAD);
		fields.add(this.payload);
		this.headers.forEach((name, value) -> {
			fields.add(name);
			fields.add(value);
		});
		return fields;
	}

	private static void pass(String name, String value, Map<String, String> headers) {
		if (!isBrokersOwn(name)) {
			Assert.isTrue(!name.isEmpty() && !name.equals(Delivery.Content.PAYLOAD), () -> reserved(name));
			headers.put(name, value);
		}
	}

	/** Headers of a sender that have these names are texts. */
	private static boolean isSprings(String name, Object value) {
		return (name.equals(MessageHeaders.ID) && value instanceof UUID)
				|| (name.equals(MessageHeaders.TIMESTAMP) && value instanceof Long);
	}

	/** The headers of a delivery, of a redriven message, and of a dead letter. */
	private static boolean isBrokersOwn(String name) {
		return name.startsWith(BrokerHeaders.PREFIX) || name.startsWith(DeadLetter.PREFIX);
	}

	private static String reserved(String name) {
		return "A header can't be called '" + name + "': "
				+ (name.isEmpty() ? "it needs a name" : "the broker uses that name itself");
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Outgoing message && Arrays.equals(this.payload, message.payload)
				&& this.headers.equals(message.headers);
	}

	@Override
	public int hashCode() {
		return 31 * Arrays.hashCode(this.payload) + this.headers.hashCode();
	}

	@Override
	public String toString() {
		return this.payload.length + " bytes with headers " + this.headers.keySet();
	}

}
