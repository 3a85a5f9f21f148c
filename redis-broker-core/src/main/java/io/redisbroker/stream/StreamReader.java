package io.redisbroker.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.Takeovers;
import org.jspecify.annotations.Nullable;

/**
 * Waits in Redis for entries of some streams, on a connection of its own, and remembers
 * how far it has seen each of them.
 */
final class StreamReader {

	private final WaitingConnection connection;

	private final List<String> streams;

	private final Takeovers takeovers;

	private final Map<String, StreamEntry> lastSeen = new ConcurrentHashMap<>();

	StreamReader(RedisConnections connections, List<String> streams, Takeovers takeovers) {
		this.connection = new WaitingConnection(connections, streams.get(0));
		this.streams = streams;
		this.takeovers = takeovers;
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
	 * @param group adds what stands before {@code COUNT}
	 * @param max how many entries at most; Redis counts per stream
	 * @param positions where to read on, per stream
	 */
	CompletableFuture<List<Delivery>> read(String name, Consumer<Command<?>> group, int max, List<String> positions) {
		// known before asking: what is handed out from now on is ours by that
		List<String> known = this.streams.stream().map(this.takeovers::lastOf).toList();
		return this.connection.read((connection, wait) -> {
			Command<List<StreamEntry>> command = Command.of(name, Reply.STREAM_ENTRIES);
			group.accept(command);
			command.arg("COUNT").arg(perStream(max));
			command.arg("BLOCK").arg(wait.toMillis()).arg("STREAMS");
			this.streams.forEach(command::key);
			positions.forEach(command::arg);
			return connection.send(command.waiting(wait));
		}).thenApply((entries) -> deliveries(entries, known));
	}

	private int perStream(int max) {
		return Math.max(1, max / this.streams.size());
	}

	/** Fewer than each stream may bring, so none of them has more. */
	boolean isDrained(int brought, int max) {
		return brought < perStream(max);
	}

	private List<Delivery> deliveries(List<StreamEntry> entries, List<String> takeovers) {
		List<Delivery> deliveries = new ArrayList<>(entries.size());
		String takeover = Takeovers.UNKNOWN;
		StreamEntry before = null;
		for (StreamEntry entry : entries) {
			if (before == null || !entry.stream().equals(before.stream())) {
				note(before);
				takeover = takeovers.get(this.streams.indexOf(entry.stream()));
			}
			deliveries.add(StreamContent.read(entry.stream(), entry.id(), entry.fields(), takeover));
			before = entry;
		}
		note(before);
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

}
