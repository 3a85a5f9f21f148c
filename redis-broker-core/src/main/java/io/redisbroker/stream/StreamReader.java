package io.redisbroker.stream;

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
import org.jspecify.annotations.Nullable;

/**
 * Waits in Redis for entries of some streams, on a connection of its own, and remembers
 * how far it has seen each of them.
 */
final class StreamReader {

	private final WaitingConnection connection;

	private final List<String> streams;

	private final Map<String, StreamEntry> lastSeen = new ConcurrentHashMap<>();

	StreamReader(RedisConnections connections, List<String> streams) {
		this.connection = new WaitingConnection(connections, streams.get(0));
		this.streams = streams;
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
		return this.connection.read((connection, wait) -> {
			Command<List<StreamEntry>> command = Command.of(name, Reply.STREAM_ENTRIES);
			group.accept(command);
			command.arg("COUNT").arg(Math.max(1, max / this.streams.size()));
			command.arg("BLOCK").arg(wait.toMillis()).arg("STREAMS");
			this.streams.forEach(command::key);
			positions.forEach(command::arg);
			return connection.send(command.waiting(wait));
		}).thenApply(this::deliveries);
	}

	private List<Delivery> deliveries(List<StreamEntry> entries) {
		for (int i = 0; i < entries.size(); i++) {
			StreamEntry entry = entries.get(i);
			if (i + 1 == entries.size() || !entries.get(i + 1).stream().equals(entry.stream())) {
				this.lastSeen.put(entry.stream(), entry);
			}
		}
		return entries.stream()
			.map((entry) -> new Delivery(entry.stream(), entry.id(), 1, new StreamContent(entry.fields())))
			.toList();
	}

	CompletableFuture<Void> close() {
		return this.connection.close();
	}

}
