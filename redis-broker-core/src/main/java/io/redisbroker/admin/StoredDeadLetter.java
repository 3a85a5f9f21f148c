package io.redisbroker.admin;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter as it lies in Redis: the message as it was, and the details of its
 * failure. Immutable, as long as the payload array is not written to.
 *
 * @since 0.1.0
 */
public final class StoredDeadLetter {

	private static final String PAYLOAD = Delivery.Content.PAYLOAD;

	private static final String REDRIVES = "redrives";

	private static final String FIELDS = "fields";

	private final String id;

	private final List<byte[]> original = new ArrayList<>();

	private final Map<String, String> told = new LinkedHashMap<>();

	private long size;

	/**
	 * Creates a dead letter from an entry of its stream.
	 * @param id the entry's id
	 * @param fields names and values in turn, each {@code byte[]}
	 */
	public StoredDeadLetter(String id, List<?> fields) {
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
	 * Returns a detail of the failure, as the wire format names it.
	 * @param name for example {@code reason}, {@code listener}, {@code message}
	 * @return the value of the field {@code dead-letter-<name>}, or {@code null}
	 */
	public @Nullable String told(String name) {
		return this.told.get(name);
	}

	/**
	 * Returns all details of the failure.
	 * @return the fields {@code dead-letter-<name>}, by {@code name}
	 */
	public Map<String, String> told() {
		return Collections.unmodifiableMap(this.told);
	}

	/**
	 * Returns the fields of the message, without those that tell about the failure.
	 * @return names and values in turn
	 */
	public List<byte[]> original() {
		return Collections.unmodifiableList(this.original);
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
	 * Returns the headers, or all fields of an entry without a payload.
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
	 * Returns the size of all fields together.
	 * @return the bytes of names and values
	 */
	public long size() {
		return this.size;
	}

	@Override
	public String toString() {
		return source() + " " + told("id") + " (dead letter " + this.id + ")";
	}

	private static String utf8(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
