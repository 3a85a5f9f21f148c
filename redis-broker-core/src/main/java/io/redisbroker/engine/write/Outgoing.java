package io.redisbroker.engine.write;

import java.util.Collections;
import java.util.LinkedHashMap;
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
 * A message to send: the payload's bytes and all headers, those of the sender and those
 * of a received message that is sent on. The broker's own headers are never among them:
 * they describe a delivery that is over. Immutable.
 *
 * @param payload the payload
 * @param headers the headers
 */
public record Outgoing(byte[] payload, Map<String, String> headers) {

	/** The field of a stream's entry, and of a dead letter, that is no header. */
	private static final String PAYLOAD = "payload";

	/**
	 * Encodes a payload.
	 * @param payload bytes, text, anything that Jackson or a format of the codec writes,
	 * a {@link Message} with one of these, or a {@link Delivery}
	 * @param headers what the sender adds; a message's own headers are stronger
	 * @param trace what a tracer adds, stronger than all else: a message that is sent on
	 * brings the trace it came with
	 * @param codec encodes
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

	private static void pass(String name, String value, Map<String, String> headers) {
		if (!isBrokersOwn(name)) {
			Assert.isTrue(!name.isEmpty() && !name.equals(PAYLOAD), () -> reserved(name));
			headers.put(name, value);
		}
	}

	/** Headers that a sender calls by these names are texts. */
	private static boolean isSprings(String name, Object value) {
		return (name.equals(MessageHeaders.ID) && value instanceof UUID)
				|| (name.equals(MessageHeaders.TIMESTAMP) && value instanceof Long);
	}

	/** Of a delivery, of a redriven message, and of a dead letter that is read. */
	private static boolean isBrokersOwn(String name) {
		return name.startsWith(BrokerHeaders.PREFIX) || name.startsWith(DeadLetter.PREFIX);
	}

	private static String reserved(String name) {
		return "A header can't be called '" + name + "': "
				+ (name.isEmpty() ? "it needs a name" : "the broker uses that name itself");
	}

}
