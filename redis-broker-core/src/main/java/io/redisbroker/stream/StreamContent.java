package io.redisbroker.stream;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * What a stream entry holds: the field {@value #PAYLOAD} is the payload and the others
 * are headers; without it all fields together are what was sent.
 */
final class StreamContent implements Delivery.Content {

	/** The field that holds the payload. */
	static final String PAYLOAD = "payload";

	private static final byte[] PAYLOAD_NAME = PAYLOAD.getBytes(StandardCharsets.US_ASCII);

	private final byte[][] raw;

	private final int payloadAt;

	private final String takeover;

	/**
	 * Creates content.
	 * @param raw the fields of an entry
	 * @param takeover the last takeover that was known when the entry was asked for
	 */
	StreamContent(byte[][] raw, String takeover) {
		this.raw = raw;
		this.takeover = takeover;
		int at = -1;
		for (int i = 0; i < raw.length; i += 2) {
			if (Arrays.equals(raw[i], PAYLOAD_NAME)) {
				at = i;
				break;
			}
		}
		this.payloadAt = at;
	}

	@Override
	public byte @Nullable [] payload() {
		return (this.payloadAt >= 0) ? this.raw[this.payloadAt + 1] : null;
	}

	@Override
	public Map<String, String> headers() {
		return (this.payloadAt >= 0) ? decodeAllBut(this.payloadAt) : Map.of();
	}

	@Override
	public Map<String, String> fields() {
		return (this.payloadAt >= 0) ? Map.of() : decodeAllBut(-1);
	}

	@Override
	public @Nullable Instant sentAt(String id) {
		return StreamIds.time(id);
	}

	@Override
	public byte[][] raw() {
		return this.raw;
	}

	static String takeoverOf(Delivery delivery) {
		return ((StreamContent) delivery.content()).takeover;
	}

	private Map<String, String> decodeAllBut(int index) {
		Map<String, String> decoded = new LinkedHashMap<>();
		for (int i = 0; i < this.raw.length; i += 2) {
			String name = new String(this.raw[i], StandardCharsets.UTF_8);
			// of an entry without payload, which is all fields, it is none
			if (i != index && (index >= 0 || !name.equals(DeadLetter.REDRIVES))) {
				decoded.put(name, new String(this.raw[i + 1], StandardCharsets.UTF_8));
			}
		}
		return Collections.unmodifiableMap(decoded);
	}

}
