package io.redisbroker.engine.write;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How payload and headers share one value, in queues and channels. Without headers the
 * value is the payload, as any client writes and reads it. With headers it is a JSON
 * object that starts with {@value #START}, followed by the version.
 *
 * <p>
 * A value that starts like an envelope and is none is a payload.
 */
public final class Envelope {

	private static final String START = "{\"redis-broker\":";

	private static final byte[] MARKER = START.getBytes(StandardCharsets.US_ASCII);

	private static final String VERSION = "redis-broker";

	private static final String HEADERS = "headers";

	private static final String PAYLOAD = Delivery.Content.PAYLOAD;

	private static final String BASE64 = PAYLOAD + "-base64";

	private static final JsonMapper JSON = JsonMapper.shared();

	private Envelope() {
	}

	/**
	 * Joins a payload with its headers.
	 * @param payload the payload
	 * @param headers the headers
	 * @return the payload itself where there are no headers, or an envelope
	 */
	public static byte[] encode(byte[] payload, Map<String, String> headers) {
		if (headers.isEmpty() && !isMarked(payload)) {
			return payload;
		}
		ObjectNode envelope = JSON.createObjectNode().put(VERSION, 1);
		ObjectNode names = envelope.putObject(HEADERS);
		headers.forEach(names::put);
		String text = text(payload);
		if (text != null) {
			envelope.put(PAYLOAD, text);
		}
		else {
			envelope.put(BASE64, Base64.getEncoder().encodeToString(payload));
		}
		return JSON.writeValueAsBytes(envelope);
	}

	/**
	 * Takes apart a value that {@link #encode}, or any other client, has written.
	 * @param value the value
	 * @return payload and headers; an envelope is opened at the first access
	 */
	public static Delivery.Content decode(byte[] value) {
		return isMarked(value) ? new Sealed(value) : new Content(value, Map.of());
	}

	private static Content open(byte[] value) {
		try {
			JsonNode envelope = JSON.readTree(value);
			byte[] payload = (envelope.path(VERSION).asInt(0) == 1) ? payload(envelope) : null;
			if (payload != null) {
				Map<String, String> headers = new LinkedHashMap<>();
				envelope.path(HEADERS)
					.properties()
					.forEach((each) -> headers.put(each.getKey(), told(each.getValue())));
				return new Content(payload, Collections.unmodifiableMap(headers));
			}
		}
		catch (JacksonException | IllegalArgumentException ex) {
			// it only looks like an envelope
		}
		return new Content(value, Map.of());
	}

	private static byte @Nullable [] payload(JsonNode envelope) {
		JsonNode payload = envelope.get(PAYLOAD);
		if (payload != null) {
			return told(payload).getBytes(StandardCharsets.UTF_8);
		}
		JsonNode base64 = envelope.get(BASE64);
		return (base64 != null) ? Base64.getDecoder().decode(base64.asString("")) : null;
	}

	/** Text for a JSON string, JSON for everything else. */
	private static String told(JsonNode value) {
		return value.isString() ? value.asString() : value.toString();
	}

	private static boolean isMarked(byte[] value) {
		if (value.length < MARKER.length) {
			return false;
		}
		for (int i = 0; i < MARKER.length; i++) {
			if (value[i] != MARKER[i]) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable String text(byte[] payload) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	private record Content(byte[] payload, Map<String, String> headers) implements Delivery.Content {

		@Override
		public byte[][] raw() {
			List<byte[]> fields = new ArrayList<>();
			fields.add(PAYLOAD.getBytes(StandardCharsets.US_ASCII));
			fields.add(this.payload);
			this.headers.forEach((name, value) -> {
				fields.add(name.getBytes(StandardCharsets.UTF_8));
				fields.add(value.getBytes(StandardCharsets.UTF_8));
			});
			return fields.toArray(byte[][]::new);
		}

	}

	/** Opened by the first thread that reads it: a worker's, not the I/O thread. */
	private static final class Sealed implements Delivery.Content {

		private final byte[] value;

		private volatile @Nullable Content content;

		Sealed(byte[] value) {
			this.value = value;
		}

		private Content content() {
			Content opened = this.content;
			if (opened == null) {
				opened = open(this.value);
				this.content = opened;
			}
			return opened;
		}

		@Override
		public byte[] payload() {
			return content().payload();
		}

		@Override
		public Map<String, String> headers() {
			return content().headers();
		}

		@Override
		public byte[][] raw() {
			return content().raw();
		}

	}

}
