package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.preflight.ServerRequirements;
import io.redisbroker.engine.preflight.SlotRequirements;
import io.redisbroker.engine.preflight.StartFailures;
import io.redisbroker.engine.pull.UnownedSource;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.engine.write.RedrivenCopy;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;

/**
 * Reads streams without a group: every instance sees every entry. The position is known
 * to this process only; the end of a stream is looked up once, so that nothing is lost
 * between two reads.
 */
final class FanOutSource extends UnownedSource {

	private final RedisConnections connections;

	private final StreamReader reader;

	private final StreamEndpoint endpoint;

	private final String recipient;

	FanOutSource(RedisConnections connections, List<String> streams, StreamEndpoint endpoint, Settlement settlement) {
		super(settlement);
		this.endpoint = endpoint;
		this.recipient = RedrivenCopy.listener(endpoint.id());
		this.connections = connections;
		this.reader = new StreamReader(connections, streams, new Takeovers(), new ConcurrentHashMap<>(), Duration.ZERO);
	}

	@Override
	public String name() {
		return String.join(", ", this.reader.streams());
	}

	@Override
	public CompletableFuture<Void> open() {
		return ServerRequirements.check(this.connections)
			.thenCompose((nothing) -> SlotRequirements.check(this.connections, this.endpoint, this.reader.streams()))
			.thenCompose((nothing) -> CompletableFuture
				.allOf(this.reader.streams().stream().map(this::locate).toArray(CompletableFuture[]::new)))
			.thenRun(this.reader::open);
	}

	/** Looks at the stream in any case: it may be something else. */
	private CompletableFuture<Void> locate(String stream) {
		Command<List<Object>> last = Command.of("XREVRANGE", Reply.ARRAY).key(stream).arg("+").arg("-");
		last.arg("COUNT").arg(1);
		return this.connections.bulk(stream, (connection) -> connection.send(last)).thenAccept((entries) -> {
			StartFrom startFrom = this.endpoint.startFrom();
			String end = entries.isEmpty() ? "0-0" : Reply.text(((List<?>) entries.get(0)).get(0));
			this.reader.startAfter(stream, startFrom.isNew() ? end : startFrom.id());
		}).exceptionally((failure) -> {
			throw StartFailures.explain(this.endpoint.id(), stream, "stream", "+@stream", failure);
		});
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max) {
		List<String> positions = this.reader.streams()
			.stream()
			.map((stream) -> Objects.requireNonNull(this.reader.lastSeen(stream)).id())
			.toList();
		return this.reader.read("XREAD", (command) -> {
		}, max, positions)
			.thenApply((deliveries) -> deliveries.stream()
				.filter((delivery) -> StreamContent.isFor(this.recipient, delivery))
				.toList());
	}

	@Override
	public boolean isDrained(int brought, int max) {
		return this.reader.isDrained();
	}

	@Override
	public CompletableFuture<Void> close() {
		return this.reader.close();
	}

}
