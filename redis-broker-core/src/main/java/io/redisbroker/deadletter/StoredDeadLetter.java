package io.redisbroker.deadletter;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import io.redisbroker.converter.Envelope;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter as it lies in Redis: the message as it was, and what happened to it.
 * Immutable, as long as nobody writes to the payload array.
 *
 * @since 0.1.0
 */
public final class StoredDeadLetter {

	private static final String PAYLOAD = "payload";

	private static final String REDRIVES = "redrives";

	private static final String FIELDS = "fields";

	private static final Pattern ENTRY_ID = Pattern.compile("\\d{1,20}-\\d{1,20}");

	private static final Pattern QUEUE_ID = Pattern.compile("\\d{1,15}-\\d{1,15}");

	private final String id;

	private final List<byte[]> original = new ArrayList<>();

	private final Map<String, String> told = new LinkedHashMap<>();

	private long size;

	StoredDeadLetter(String id, List<?> fields) {
		this.id = id;
		for (int i = 0; i + 1 < fields.size(); i += 2) {
			byte[] name = (byte[]) fields.get(i);
			byte[] value = (byte[]) fields.get(i + 1);
			String text = utf8(name);
			this.size += name.length + value.length;
			if (text.startsWith(DeadLetter.PREFIX)) {
				this.told.put(text.substring(DeadLetter.PREFIX.length()), utf8(value));
			}
			else {
				this.original.add(name);
				this.original.add(value);
			}
		}
	}

	/**
	 * Returns the id of the dead letter.
	 * @return the id, unique among the dead letters of a source
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Returns when it became a dead letter.
	 * @return the time by Redis' clock
	 */
	public Instant at() {
		return Instant.ofEpochMilli(Long.parseUnsignedLong(this.id.substring(0, this.id.indexOf('-'))));
	}

	/**
	 * Returns the source of the message.
	 * @return the key of the queue or stream, or the channel
	 */
	public String source() {
		return Objects.requireNonNullElse(told("source"), "");
	}

	/**
	 * Returns the consumer group that gave up.
	 * @return the group, or {@code null} where there was none
	 */
	public @Nullable String group() {
		return told("group");
	}

	/**
	 * Returns the class of the exception.
	 * @return the name with its package, or {@code null} when nothing was thrown
	 */
	public @Nullable String exception() {
		return told("exception");
	}

	/**
	 * Returns how often the message was put back into its source.
	 * @return 0 for a message that became a dead letter for the first time
	 */
	public int redrives() {
		String count = told(REDRIVES);
		return (count != null && count.matches("\\d{1,9}")) ? Integer.parseInt(count) : 0;
	}

	/**
	 * Returns what is told about the failure, as the wire format names it.
	 * @param name for example {@code reason}, {@code listener}, {@code message}
	 * @return the value of the field {@code dead-letter-<name>}, or {@code null}
	 */
	public @Nullable String told(String name) {
		return this.told.get(name);
	}

	/**
	 * Returns all that is told about the failure.
	 * @return the fields {@code dead-letter-<name>}, by {@code name}
	 */
	public Map<String, String> told() {
		return Collections.unmodifiableMap(this.told);
	}

	/**
	 * Returns the payload as it was written.
	 * @return the bytes, or {@code null} for an entry that has fields but no payload
	 */
	public byte @Nullable [] payload() {
		for (int i = 0; i < this.original.size(); i += 2) {
			if (utf8(this.original.get(i)).equals(PAYLOAD)) {
				return this.original.get(i + 1);
			}
		}
		return null;
	}

	/**
	 * Returns what was written beside the payload, or all of it where there is none.
	 * @return names and values
	 */
	public Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>();
		for (int i = 0; i < this.original.size(); i += 2) {
			String name = utf8(this.original.get(i));
			if (!name.equals(PAYLOAD)) {
				headers.put(name, utf8(this.original.get(i + 1)));
			}
		}
		String fields = told(FIELDS);
		if (fields != null) {
			try {
				JsonMapper.shared()
					.readTree(fields)
					.properties()
					.forEach((field) -> headers.put(field.getKey(), field.getValue().asString("")));
			}
			catch (JacksonException ex) {
				// of another client, which took a name that is the broker's own
				headers.put(DeadLetter.PREFIX + FIELDS, fields);
			}
		}
		return headers;
	}

	/**
	 * The id of the entry that is pending for the group again when it is redriven;
	 * {@code null} where only a new entry can reach it.
	 */
	@Nullable String pendingId() {
		String entry = told("id");
		return (group() != null && isAcknowledged() && entry != null && isEntryId(entry)) ? entry : null;
	}

	/**
	 * The id that Redis gave the message of a queue when it was first handed out, which
	 * ends with the number of that handing out; {@code null} where there was none.
	 */
	@Nullable String queueId() {
		String message = told("id");
		return (isAcknowledged() && message != null && QUEUE_ID.matcher(message).matches()) ? message : null;
	}

	/**
	 * What a copy for those that gave up begins with; nothing where nobody knows them.
	 */
	List<Object> copyFields() {
		String group = group();
		String listener = told("listener");
		if (group == null && listener == null) {
			return List.of();
		}
		String recipient = (group != null) ? RedrivenCopy.group(group)
				: RedrivenCopy.listener(Objects.requireNonNull(listener));
		return new RedrivenCopy(recipient, Objects.requireNonNullElse(told("id"), "")).fields();
	}

	/** Whether the entry it was can be compared with it, field by field. */
	boolean hasAllFields() {
		return told(FIELDS) == null;
	}

	private boolean isAcknowledged() {
		return !DeadLetterFields.NONE.equals(told(DeadLetterFields.ACK_MODE));
	}

	private static boolean isEntryId(String id) {
		return ENTRY_ID.matcher(id).matches()
				&& Arrays.stream(id.split("-")).allMatch((part) -> new BigInteger(part).bitLength() <= Long.SIZE);
	}

	/** In bytes, all fields together. */
	long size() {
		return this.size;
	}

	/** The entry to add to a stream, for those that gave up. */
	List<Object> entry(byte @Nullable [] otherPayload) {
		if (told(FIELDS) != null) {
			throw new IllegalArgumentException(
					"Dead letter " + this.id + " has too many fields to be put back into a stream");
		}
		List<Object> entry = new ArrayList<>(copyFields());
		boolean replaced = false;
		for (int i = 0; i < this.original.size(); i += 2) {
			boolean isPayload = otherPayload != null && utf8(this.original.get(i)).equals(PAYLOAD);
			entry.add(this.original.get(i));
			entry.add(isPayload ? otherPayload : this.original.get(i + 1));
			replaced |= isPayload;
		}
		if (otherPayload != null && !replaced) {
			throw new IllegalArgumentException(
					"Dead letter " + this.id + " has fields and no payload, which can't be replaced");
		}
		entry.add(DeadLetter.REDRIVES);
		entry.add(String.valueOf(redrives() + 1));
		return entry;
	}

	/** The message to push to a queue again. */
	byte[] message(byte @Nullable [] otherPayload) {
		byte[] payload = (otherPayload != null) ? otherPayload : payload();
		Map<String, String> headers = headers();
		headers.put(DeadLetter.REDRIVES, String.valueOf(redrives() + 1));
		return Envelope.encode((payload != null) ? payload : new byte[0], headers);
	}

	@Override
	public String toString() {
		return source() + " " + told("id") + " (dead letter " + this.id + ")";
	}

	private static String utf8(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
