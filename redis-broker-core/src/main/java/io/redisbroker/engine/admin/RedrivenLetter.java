package io.redisbroker.engine.admin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.converter.EncodedPayload;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.DeadLetterFields;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.engine.write.RedrivenCopy;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * A dead letter on its way back into its source.
 */
final class RedrivenLetter {

	private static final String PAYLOAD = "payload";

	private static final String FIELDS = "fields";

	private static final Pattern ENTRY_ID = Pattern.compile("\\d{1,20}-\\d{1,20}");

	private static final Pattern QUEUE_ID = Pattern.compile("\\d{1,15}-\\d{1,15}");

	private final StoredDeadLetter letter;

	RedrivenLetter(StoredDeadLetter letter) {
		this.letter = letter;
	}

	String id() {
		return this.letter.id();
	}

	@Nullable String group() {
		return this.letter.group();
	}

	/** How often the message has been put back, this time included. */
	int redrives() {
		return this.letter.redrives() + 1;
	}

	/**
	 * The id of the entry that is pending for the group again when it is redriven;
	 * {@code null} where only a new entry can reach it.
	 */
	@Nullable String pendingId() {
		String entry = this.letter.told("id");
		return (this.letter.group() != null && isAcknowledged() && entry != null && isEntryId(entry)) ? entry : null;
	}

	/**
	 * The id that Redis gave the message of a queue when it was first handed out, which
	 * ends with the number of that handing out; {@code null} where there was none.
	 */
	@Nullable String queueId() {
		String message = this.letter.told("id");
		return (isAcknowledged() && message != null && QUEUE_ID.matcher(message).matches()) ? message : null;
	}

	/**
	 * What a copy for those that gave up begins with; nothing where nobody knows them.
	 */
	List<Object> copyFields() {
		String group = this.letter.group();
		String listener = this.letter.told("listener");
		if (group == null && listener == null) {
			return List.of();
		}
		String recipient = (group != null) ? RedrivenCopy.group(group)
				: RedrivenCopy.listener(Objects.requireNonNull(listener));
		return new RedrivenCopy(recipient, Objects.requireNonNullElse(this.letter.told("id"), "")).fields();
	}

	/** Whether the entry it was can be compared with it, field by field. */
	boolean hasAllFields() {
		return this.letter.told(FIELDS) == null;
	}

	private boolean isAcknowledged() {
		return !DeadLetterFields.NONE.equals(this.letter.told(DeadLetterFields.ACK_MODE));
	}

	private static boolean isEntryId(String id) {
		return ENTRY_ID.matcher(id).matches()
				&& Arrays.stream(id.split("-")).allMatch((part) -> new BigInteger(part).bitLength() <= Long.SIZE);
	}

	/** The entry to add to a stream, for those that gave up. */
	List<Object> entry(@Nullable EncodedPayload other) {
		if (this.letter.told(FIELDS) != null) {
			throw new IllegalArgumentException(
					"Dead letter " + this.letter.id() + " has too many fields to be put back into a stream");
		}
		List<Object> entry = new ArrayList<>(copyFields());
		boolean replaced = false;
		for (int i = 0; i < this.letter.original().size(); i += 2) {
			byte[] value = this.letter.original().get(i + 1);
			if (other != null) {
				String name = utf8(this.letter.original().get(i));
				if (name.equals(MessageHeaders.CONTENT_TYPE)) {
					continue;
				}
				if (name.equals(PAYLOAD)) {
					value = other.bytes();
					replaced = true;
				}
			}
			entry.add(this.letter.original().get(i));
			entry.add(value);
		}
		if (other != null && !replaced) {
			throw new IllegalArgumentException(
					"Dead letter " + this.letter.id() + " has fields and no payload, which can't be replaced");
		}
		if (other != null && other.contentType() != null) {
			entry.add(MessageHeaders.CONTENT_TYPE);
			entry.add(other.contentType());
		}
		entry.add(DeadLetter.REDRIVES);
		entry.add(String.valueOf(redrives()));
		return entry;
	}

	/** The message to push to a queue again. */
	byte[] message(@Nullable EncodedPayload other) {
		byte[] payload = (other != null) ? other.bytes() : this.letter.payload();
		Map<String, String> headers = this.letter.headers();
		if (other != null) {
			headers.remove(MessageHeaders.CONTENT_TYPE);
			if (other.contentType() != null) {
				headers.put(MessageHeaders.CONTENT_TYPE, other.contentType());
			}
		}
		headers.put(DeadLetter.REDRIVES, String.valueOf(redrives()));
		return Envelope.encode((payload != null) ? payload : new byte[0], headers);
	}

	private static String utf8(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
