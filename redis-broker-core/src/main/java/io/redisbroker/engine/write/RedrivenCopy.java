package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.redisbroker.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * The first fields of a stream entry that is a copy of a redriven one: other consumers of
 * the stream have handled the message, and skip the copy. Immutable.
 *
 * @param recipient the only consumers that handle it, see {@link #group} and
 * {@link #listener}
 * @param id the id the message had before; empty where the dead letter has none
 */
public record RedrivenCopy(String recipient, String id) {

	private static final String TO = DeadLetter.PREFIX + "redriven-to";

	private static final String ID = DeadLetter.PREFIX + "redriven-id";

	private static final byte[] TO_NAME = TO.getBytes(StandardCharsets.US_ASCII);

	private static final byte[] ID_NAME = ID.getBytes(StandardCharsets.US_ASCII);

	/** The number of names and values of these fields. */
	private static final int LENGTH = 4;

	/**
	 * Names the consumers of a group.
	 * @param group the group
	 * @return the recipient
	 */
	public static String group(String group) {
		return "group:" + group;
	}

	/**
	 * Names the instances of a listener that reads without a group.
	 * @param listener the listener's id
	 * @return the recipient
	 */
	public static String listener(String listener) {
		return "listener:" + listener;
	}

	/**
	 * Reads the first fields of an entry.
	 * @param fields names and values in turn
	 * @return recipient and id, or {@code null} if the entry is no copy
	 */
	public static @Nullable RedrivenCopy of(byte[][] fields) {
		if (fields.length < LENGTH || !Arrays.equals(fields[0], TO_NAME) || !Arrays.equals(fields[2], ID_NAME)) {
			return null;
		}
		return new RedrivenCopy(new String(fields[1], StandardCharsets.UTF_8),
				new String(fields[3], StandardCharsets.UTF_8));
	}

	/**
	 * Returns the fields of the message itself.
	 * @param fields the fields of a copy
	 * @return all but the first fields
	 */
	public static byte[][] withoutOwn(byte[][] fields) {
		return Arrays.copyOfRange(fields, LENGTH, fields.length);
	}

	/** Names and values in turn, to add before those of the message. */
	public List<Object> fields() {
		return List.of(TO, this.recipient, ID, this.id);
	}

}
