package io.redisbroker.send;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.deadletter.DeadLetter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.Assert;

/**
 * What is to be sent: the payload's bytes and all its headers, those of the sender and
 * those of a Spring {@link Message}. Immutable.
 *
 * @param payload the payload
 * @param headers the headers
 */
record Outgoing(byte[] payload, Map<String, String> headers) {

	/**
	 * Encodes a payload.
	 * @param payload bytes, text, anything that Jackson writes, or a {@link Message} with
	 * one of these
	 * @param headers what the sender adds; a message's own headers are stronger
	 * @param trace what a tracer adds, stronger than all else: a message that is sent on
	 * brings the trace it came with
	 * @param codec encodes
	 * @param nameCheck refuses names of headers
	 */
	static Outgoing of(Object payload, Map<String, String> headers, Map<String, String> trace, PayloadCodec codec,
			Consumer<String> nameCheck) {
		Outgoing message = of(payload, headers, codec, nameCheck);
		if (trace.isEmpty()) {
			return message;
		}
		Map<String, String> all = new LinkedHashMap<>(message.headers());
		all.putAll(trace);
		return new Outgoing(message.payload(), all);
	}

	private static Outgoing of(Object payload, Map<String, String> headers, PayloadCodec codec,
			Consumer<String> nameCheck) {
		Assert.notNull(payload, "A payload is not null");
		if (!(payload instanceof Message<?> message)) {
			return new Outgoing(codec.encode(payload), headers);
		}
		Map<String, String> all = new LinkedHashMap<>(headers);
		message.getHeaders().forEach((name, value) -> {
			if (!name.equals(MessageHeaders.ID) && !name.equals(MessageHeaders.TIMESTAMP)) {
				nameCheck.accept(name);
				all.put(name, String.valueOf(value));
			}
		});
		return new Outgoing(codec.encode(message.getPayload()), all);
	}

	static Map<String, String> with(Map<String, String> headers, Map<String, String> more, Consumer<String> nameCheck) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		more.forEach((name, value) -> {
			nameCheck.accept(name);
			all.put(name, value);
		});
		return Collections.unmodifiableMap(all);
	}

	/** For headers that become fields beside the payload, if only in a dead letter. */
	static void checkFieldName(String name) {
		Assert.isTrue(!name.isEmpty() && !name.equals("payload") && !name.startsWith(DeadLetter.PREFIX),
				() -> "A header can't be called '" + name + "': the broker uses that name itself");
	}

}
