package io.redisbroker.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code XREAD} and {@code XREADGROUP} replies straight into {@link StreamEntry},
 * without a map per entry. Understands the array form of RESP2 and the map form of RESP3:
 * everything before a stream's name is ignored, so both are read alike.
 */
final class StreamEntriesOutput extends CommandOutput<byte[], byte[], List<StreamEntry>> {

	private static final byte[][] NO_FIELDS = new byte[0][];

	private final List<StreamEntry> entries;

	private @Nullable String stream;

	private int entriesLeft = -1;

	private @Nullable String id;

	private byte @Nullable [][] fields;

	private int filled;

	StreamEntriesOutput() {
		this(new ArrayList<>());
	}

	private StreamEntriesOutput(List<StreamEntry> entries) {
		super(ByteArrayCodec.INSTANCE, entries);
		this.entries = entries;
	}

	@Override
	public void multi(int count) {
		if (this.stream == null) {
			return;
		}
		if (this.entriesLeft < 0) {
			this.entriesLeft = Math.max(count, 0);
			endStreamWhenRead();
		}
		else if (this.id != null) {
			if (count > 0) {
				this.fields = new byte[count][];
				this.filled = 0;
			}
			else {
				add(NO_FIELDS);
			}
		}
	}

	@Override
	public void set(@Nullable ByteBuffer bytes) {
		if (this.stream == null) {
			if (bytes != null) {
				this.stream = StandardCharsets.UTF_8.decode(bytes).toString();
			}
		}
		else if (this.id == null) {
			this.id = (bytes != null) ? new String(toArray(bytes), StandardCharsets.US_ASCII) : null;
		}
		else if (this.fields == null) {
			add(NO_FIELDS);
		}
		else {
			this.fields[this.filled++] = toArray(bytes);
			if (this.filled == this.fields.length) {
				add(this.fields);
			}
		}
	}

	@Override
	public void set(long number) {
		// XREADGROUP with CLAIM adds idle time and delivery count to an entry
	}

	private void add(byte[][] content) {
		if (this.stream != null && this.id != null) {
			this.entries.add(new StreamEntry(this.stream, this.id, content));
		}
		this.id = null;
		this.fields = null;
		this.entriesLeft--;
		endStreamWhenRead();
	}

	private void endStreamWhenRead() {
		if (this.entriesLeft == 0) {
			this.stream = null;
			this.entriesLeft = -1;
		}
	}

	private static byte[] toArray(@Nullable ByteBuffer bytes) {
		if (bytes == null) {
			return new byte[0];
		}
		byte[] array = new byte[bytes.remaining()];
		bytes.get(array);
		return array;
	}

}
