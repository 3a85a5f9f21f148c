package io.redisbroker.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;

/**
 * The forms of reply that the broker reads. Immutable.
 *
 * @param <T> the type of the reply in Java
 */
public final class Reply<T> {

	/** A status or bulk string, decoded as UTF-8. */
	public static final Reply<String> STRING = new Reply<>(() -> new StatusOutput<>(ByteArrayCodec.INSTANCE));

	/** An integer. */
	public static final Reply<Long> INTEGER = new Reply<>(() -> new IntegerOutput<>(ByteArrayCodec.INSTANCE));

	/**
	 * An array as nested lists of {@code Long}, {@code byte[]}, {@code List} and
	 * {@code null}; a status string becomes a {@code String}.
	 */
	public static final Reply<List<Object>> ARRAY = new Reply<>(() -> new NestedMultiOutput<>(ByteArrayCodec.INSTANCE));

	/** The reply to {@code XREAD} and {@code XREADGROUP}; empty when they time out. */
	public static final Reply<List<StreamEntry>> STREAM_ENTRIES = new Reply<>(StreamEntriesOutput::new);

	private final Supplier<CommandOutput<byte[], byte[], T>> output;

	private Reply(Supplier<CommandOutput<byte[], byte[], T>> output) {
		this.output = output;
	}

	/**
	 * Decodes a bulk string of an {@link #ARRAY} as UTF-8.
	 * @param bytes the bytes
	 * @return the text
	 */
	public static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

	CommandOutput<byte[], byte[], T> newOutput() {
		return this.output.get();
	}

}
