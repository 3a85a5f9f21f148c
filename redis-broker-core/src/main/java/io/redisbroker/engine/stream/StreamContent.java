package io.redisbroker.engine.stream;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.write.RedrivenCopy;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The content of a stream entry: the field {@value #PAYLOAD} is the payload and the
 * others are headers; without it all fields together are the message.
 */
final class StreamContent implements Delivery.Content {

	private static final byte[] PAYLOAD_NAME = PAYLOAD.getBytes(StandardCharsets.US_ASCII);

	private final byte[][] raw;

	private final int payloadAt;

	private final String entryId;

	private final @Nullable RedrivenCopy copy;

	private final boolean takenOver;

	private final String takeover;

	private StreamContent(String entryId, byte[][] fields, boolean takenOver, String takeover) {
		this.entryId = entryId;
		this.copy = RedrivenCopy.of(fields);
		byte[][] raw = (this.copy != null) ? RedrivenCopy.withoutOwn(fields) : fields;
		this.raw = raw;
		this.takenOver = takenOver;
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

	/**
	 * Returns the delivery of an entry that was never delivered before.
	 * @param takeover the last takeover that was known when the entry was asked for
	 */
	static Delivery read(String stream, String entryId, byte[][] fields, String takeover) {
		return delivery(stream, 1, 0, new StreamContent(entryId, fields, false, takeover));
	}

	/**
	 * Returns the delivery of an entry that was taken over: it may have failed before, or
	 * been redriven.
	 */
	static Delivery takenOver(String stream, String entryId, byte[][] fields, long deliveries, long failures,
			String takeover) {
		return delivery(stream, deliveries, failures, new StreamContent(entryId, fields, true, takeover));
	}

	private static Delivery delivery(String stream, long deliveries, long failures, StreamContent content) {
		RedrivenCopy copy = content.copy;
		String id = (copy == null || copy.id().isEmpty()) ? content.entryId : copy.id();
		return new Delivery(stream, id, deliveries, failures, content);
	}

	@Override
	public byte @Nullable [] payload() {
		return (this.payloadAt >= 0) ? this.raw[this.payloadAt + 1] : null;
	}

	@Override
	public Map<String, String> headers() {
		return (this.payloadAt >= 0) ? decodeAllBut(this.payloadAt) : Map.of();
	}

	/** Without decoding the others. Of several with the name the last counts. */
	@Override
	public @Nullable String header(String name) {
		if (this.payloadAt < 0 || this.raw.length == 2) {
			return null;
		}
		byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
		for (int i = this.raw.length - 2; i >= 0; i -= 2) {
			if (i != this.payloadAt && Arrays.equals(this.raw[i], wanted)) {
				return new String(this.raw[i + 1], StandardCharsets.UTF_8);
			}
		}
		return null;
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
		return of(delivery).takeover;
	}

	/** The id of the entry in Redis, which differs from the message's for a copy. */
	static String entryIdOf(Delivery delivery) {
		return of(delivery).entryId;
	}

	/** The only consumers that handle a copy; nothing for an entry that is none. */
	static @Nullable String recipientOf(Delivery delivery) {
		RedrivenCopy copy = of(delivery).copy;
		return (copy != null) ? copy.recipient() : null;
	}

	/** Whether Redis can know no failures and no redrives of it. */
	static boolean isFirstRead(Delivery delivery) {
		return !of(delivery).takenOver;
	}

	/** Whether these consumers are to handle it; others handled the original. */
	static boolean isFor(String recipient, Delivery delivery) {
		RedrivenCopy copy = of(delivery).copy;
		return copy == null || copy.recipient().equals(recipient);
	}

	private static StreamContent of(Delivery delivery) {
		return (StreamContent) delivery.content();
	}

	private Map<String, String> decodeAllBut(int index) {
		Map<String, String> decoded = new LinkedHashMap<>();
		for (int i = 0; i < this.raw.length; i += 2) {
			String name = new String(this.raw[i], StandardCharsets.UTF_8);
			// the redrive counter is not a field of the message
			if (i != index && (index >= 0 || !name.equals(DeadLetter.REDRIVES))) {
				decoded.put(name, new String(this.raw[i + 1], StandardCharsets.UTF_8));
			}
		}
		return Collections.unmodifiableMap(decoded);
	}

}
