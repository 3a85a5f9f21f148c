package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A stream. The result is the id of the new entry.
 *
 * @param name the complete key
 * @param id the id of the entry, {@code *} for one that Redis chooses
 * @param maxLength about how many entries are kept, or 0 for all
 * @param maxAge about how long entries are kept, or {@code null} for ever
 */
public record StreamDestination(String name, String id, long maxLength,
		@Nullable Duration maxAge) implements Destination<String> {

	private static final byte[] PAYLOAD = utf8(Delivery.Content.PAYLOAD);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when values make no sense, or not together
	 */
	public StreamDestination {
		Assert.hasText(id, "An id has the form 1526569495631-0");
		Assert.isTrue(maxLength >= 0, "maxLength must be at least 1, or 0 for no limit");
		Assert.isTrue(maxAge == null || maxAge.toMillis() > 0, "maxAge must be at least 1 ms");
		Assert.isTrue(maxLength == 0 || maxAge == null, "A stream is limited by its length or by age, not by both");
	}

	/**
	 * A stream that keeps all entries.
	 * @param name the complete key
	 */
	public StreamDestination(String name) {
		this(name, "*", 0, null);
	}

	public StreamDestination withId(String other) {
		return new StreamDestination(this.name, other, this.maxLength, this.maxAge);
	}

	public StreamDestination withMaxLength(long most) {
		Assert.isTrue(most >= 1, "maxLength must be at least 1");
		return new StreamDestination(this.name, this.id, most, null);
	}

	public StreamDestination withMaxAge(Duration age) {
		return new StreamDestination(this.name, this.id, 0, age);
	}

	@Override
	public TransportType transport() {
		return TransportType.STREAM;
	}

	@Override
	public CompletableFuture<String> write(RedisConnection connection, Outgoing message) {
		if (this.maxAge == null) {
			return connection.send(addition(utf8(this.name), utf8(this.id), message));
		}
		List<Object> fields = message.fields();
		if (fields.size() <= ScriptPiece.MOST_VALUES) {
			return piece(fields).run(connection).thenApply(this::result);
		}
		ScriptPiece trim = new ScriptPiece(List.of(this.name), List.of("TRIM-BY-AGE", this.maxAge.toMillis()));
		return connection.send(addition(utf8(this.name), utf8(this.id), message))
			// the entry is written; if this fails, the next addition removes the old ones
			.thenCompose((added) -> trim.run(connection).handle((trimmed, failure) -> added));
	}

	/**
	 * Writes several messages, each an entry of its own, in one write where one command
	 * per entry is enough.
	 * @param connection the connection to Redis
	 * @param messages the messages
	 * @return a future for each message, in order
	 */
	List<CompletableFuture<String>> writeEach(RedisConnection connection, List<Outgoing> messages) {
		if (this.maxAge != null) {
			return messages.stream().map((message) -> write(connection, message)).toList();
		}
		// encoded once for all
		byte[] stream = utf8(this.name);
		byte[] entryId = utf8(this.id);
		return connection.sendAll(messages.stream().map((message) -> addition(stream, entryId, message)).toList());
	}

	/** As {@link Outgoing#fields()}, without a list for each message. */
	private Command<String> addition(byte[] stream, byte[] entryId, Outgoing message) {
		Command<String> command = Command.of("XADD", Reply.STRING).key(stream);
		if (this.maxLength > 0) {
			command.arg("MAXLEN").arg("~").arg(this.maxLength);
		}
		command.arg(entryId).arg(PAYLOAD).arg(message.payload());
		message.headers().forEach((name, value) -> command.arg(name).arg(value));
		return command;
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public ScriptPiece piece(Outgoing message) {
		return piece(message.fields());
	}

	/**
	 * Returns the part of a script that adds an entry.
	 * @param fields names and values in turn, each {@code String} or {@code byte[]}
	 * @return keys and arguments for {@link ScriptPiece#SCRIPT}
	 * @throws IllegalArgumentException when there are too many fields for a script
	 */
	public ScriptPiece piece(List<Object> fields) {
		Assert.isTrue(fields.size() <= ScriptPiece.MOST_VALUES,
				() -> "An entry for stream '" + this.name + "' has " + fields.size() / 2
						+ " fields, but a script can add " + ScriptPiece.MOST_VALUES / 2
						+ " at most: send fewer headers");
		List<Object> args = new ArrayList<>(fields.size() + 5);
		if (this.maxAge != null) {
			args.addAll(List.of("XADD-WITHIN-AGE", this.maxAge.toMillis()));
		}
		else {
			args.add("XADD");
			if (this.maxLength > 0) {
				args.addAll(List.of("MAXLEN", "~", this.maxLength));
			}
		}
		args.add(this.id);
		args.addAll(fields);
		return new ScriptPiece(List.of(this.name), args);
	}

	@Override
	public String result(Object reply) {
		return new String((byte[]) reply, StandardCharsets.US_ASCII);
	}

}
