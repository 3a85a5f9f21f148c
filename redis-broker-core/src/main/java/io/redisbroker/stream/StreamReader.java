package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Waits in Redis for entries of some streams, on a connection of its own, and remembers
 * how far it has seen each of them.
 */
final class StreamReader {

	/** How long a read waits in Redis. An idle listener costs one command per wait. */
	private static final Duration BLOCK = Duration.ofSeconds(5);

	private static final Duration FIRST_BLOCK = Duration.ofMillis(10);

	private final RedisConnections connections;

	private final List<String> streams;

	private final Map<String, StreamEntry> lastSeen = new ConcurrentHashMap<>();

	private volatile @Nullable RedisConnection connection;

	/** A first read is short, so that it is soon known that reading works (again). */
	private volatile boolean proven;

	StreamReader(RedisConnections connections, List<String> streams) {
		this.connections = connections;
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

	synchronized void open() {
		if (this.connection == null) {
			this.connection = this.connections.dedicated(this.streams.get(0));
		}
	}

	/**
	 * Reads once.
	 * @param name {@code XREAD} or {@code XREADGROUP}
	 * @param group adds what stands before {@code COUNT}
	 * @param max how many entries at most; Redis counts per stream
	 * @param positions where to read on, per stream
	 */
	CompletableFuture<List<Delivery>> read(String name, Consumer<Command<?>> group, int max, List<String> positions) {
		RedisConnection open = this.connection;
		if (open == null) {
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("The listener has stopped"));
		}
		Command<List<StreamEntry>> command = Command.of(name, Reply.STREAM_ENTRIES);
		group.accept(command);
		command.arg("COUNT").arg(Math.max(1, max / this.streams.size()));
		Duration block = this.proven ? BLOCK : FIRST_BLOCK;
		command.arg("BLOCK").arg(block.toMillis()).arg("STREAMS");
		this.streams.forEach(command::key);
		positions.forEach(command::arg);
		return open.send(command.waiting(block))
			.whenComplete((entries, failure) -> this.proven = failure == null)
			.thenApply(this::deliveries);
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

	synchronized CompletableFuture<Void> close() {
		RedisConnection open = this.connection;
		this.connection = null;
		return (open != null) ? open.close() : CompletableFuture.completedFuture(null);
	}

}
