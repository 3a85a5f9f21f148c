package io.redisbroker.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The rights of a Redis user, word by word as in the documentation.
 */
public enum DocumentedRights {

	/** Of a listener to the stream {@code orders}. */
	STREAM,

	/** Of a listener to the queue {@code orders}. */
	QUEUE,

	/** Of a listener to the channels {@code prices} and {@code news.*}. */
	CHANNELS,

	/** Of an application that only sends to the stream {@code orders}. */
	STREAM_SENDER,

	/** Of an application that only sends to the queue {@code orders}. */
	QUEUE_SENDER,

	/** Of an application that only publishes on the channel {@code prices}. */
	CHANNEL_SENDER,

	/** Of an application that also removes entries from the stream {@code orders}. */
	RETENTION,

	/** Of an application that looks into streams and queues named {@code orders}. */
	LOOKING;

	private static final String COMMAND = "ACL SETUSER shop ";

	/** The part of the command after the name of the user. */
	public String rights() {
		List<String> all = all();
		if (all.size() != values().length) {
			throw new IllegalStateException("docs/configuration.md has other lines of rights: " + all);
		}
		return all.get(ordinal());
	}

	private static List<String> all() {
		try {
			return Files.readAllLines(Path.of("../docs/configuration.md"))
				.stream()
				.filter((line) -> line.startsWith(COMMAND))
				.map((line) -> line.substring(COMMAND.length()))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
