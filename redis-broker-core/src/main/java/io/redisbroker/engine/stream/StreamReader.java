package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.redisbroker.client.Command;
import io.redisbroker.client.ReadSize;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Waits in Redis for entries of some streams, on a connection of its own, and remembers
 * how far it has seen each of them.
 */
final class StreamReader {

	private final WaitingConnection connection;

	private final List<String> streams;

	private final Takeovers takeovers;

	private final ReadSize size;

	private volatile boolean drained;

	private final Map<String, StreamEntry> lastSeen;

	/**
	 * Creates a reader.
	 * @param connections where connections come from
	 * @param streams the streams to read
	 * @param takeovers the known takeovers
	 * @param lastSeen how far each stream has been read, also by earlier readers
	 * @param lease how long an entry may be on its way before others may take it over;
	 * zero when they can't
	 */
	StreamReader(RedisConnections connections, List<String> streams, Takeovers takeovers,
			Map<String, StreamEntry> lastSeen, Duration lease) {
		this.connection = new WaitingConnection(connections, streams.get(0));
		this.size = connections.readSize(String.join(", ", streams), streams.size(), lease);
		this.streams = streams;
		this.takeovers = takeovers;
		this.lastSeen = lastSeen;
	}

	List<String> streams() {
		return this.streams;
	}

	/** The last entry that was read, or one without fields where reading starts. */
	@Nullable StreamEntry lastSeen(String stream) {
		return this.lastSeen.get(stream);
	}

	void startAfter(String stream, String id) {
		this.lastSeen.putIfAbsent(stream, new StreamEntry(stream, id, new byte[0][]));
	}

	void open() {
		this.connection.open();
	}

	/**
	 * Reads once.
	 * @param name {@code XREAD} or {@code XREADGROUP}
	 * @param group adds the arguments before {@code COUNT}
	 * @param max how many entries at most; Redis counts per stream
	 * @param positions where to read on, per stream
	 */
	CompletableFuture<List<Delivery>> read(String name, Consumer<Command<?>> group, int max, List<String> positions) {
		// known before asking: entries handed out from now on are ours by it
		List<String> known = this.streams.stream().map(this.takeovers::lastOf).toList();
		return this.size.read(max, (most, transfer) -> {
			int perStream = Math.max(1, most / this.streams.size());
			return this.connection.read((connection, wait) -> {
				Command<List<StreamEntry>> command = Command.of(name, Reply.STREAM_ENTRIES);
				group.accept(command);
				command.arg("COUNT").arg(perStream);
				command.arg("BLOCK").arg(wait.toMillis()).arg("STREAMS");
				this.streams.forEach(command::key);
				positions.forEach(command::arg);
				return transfer.over(connection).send(command.waiting(wait));
			}).thenApply((entries) -> deliveries(entries, known, perStream));
		});
	}

	/**
	 * Recovers entries that Redis has handed out already. Big replies keep nothing
	 * waiting, since nothing is read meanwhile.
	 */
	CompletableFuture<List<Delivery>> recover(int max, Recovery recovery) {
		return this.size.read(max,
				(most, transfer) -> this.connection.ask((connection) -> recovery.run(transfer.over(connection), most)));
	}

	/** Whether there may be more than was recovered. */
	boolean mayHaveMore(int recovered) {
		return !this.size.isDrained(recovered);
	}

	/** Whether the last read brought fewer of each stream than it may bring. */
	boolean isDrained() {
		return this.drained;
	}

	private List<Delivery> deliveries(List<StreamEntry> entries, List<String> takeovers, int perStream) {
		List<Delivery> deliveries = new ArrayList<>(entries.size());
		int ofStream = 0;
		int most = 0;
		String takeover = Takeovers.UNKNOWN;
		StreamEntry before = null;
		for (StreamEntry entry : entries) {
			if (before == null || !entry.stream().equals(before.stream())) {
				note(before);
				ofStream = 0;
				takeover = takeovers.get(this.streams.indexOf(entry.stream()));
			}
			deliveries.add(StreamContent.read(entry.stream(), entry.id(), entry.fields(), takeover));
			most = Math.max(most, ++ofStream);
			before = entry;
		}
		note(before);
		this.drained = most < perStream;
		return deliveries;
	}

	private void note(@Nullable StreamEntry last) {
		if (last != null) {
			this.lastSeen.put(last.stream(), last);
		}
	}

	CompletableFuture<Void> close() {
		return this.connection.close();
	}

	/** Recovers entries of the streams. */
	interface Recovery {

		CompletableFuture<List<Delivery>> run(RedisConnection connection, int most);

	}

}
