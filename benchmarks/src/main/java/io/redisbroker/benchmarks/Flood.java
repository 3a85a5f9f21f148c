package io.redisbroker.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.codec.ByteArrayCodec;

/**
 * Measures how a listener on a channel handles a flood: many messages without a pause.
 */
final class Flood implements Measurement {

	private static final String HANDLED = "handled";

	private static final String COUNTED = "counted as lost";

	private static final String UNNOTICED = "lost unnoticed";

	private static final String DISCONNECTED = "disconnected by Redis";

	private static final int CHUNK = 1_000;

	@Override
	public List<Column> columns() {
		return List.of(new Column(HANDLED, false, 0), new Column(COUNTED, false, 0), new Column(UNNOTICED, false, 0),
				new Column(DISCONNECTED, false, 0));
	}

	@Override
	public int mostTurns() {
		return 3;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		int messages = options.number("flood");
		List<byte[]> payloads = new ArrayList<>(messages);
		for (int id = 0; id < messages; id++) {
			payloads.add(Order.JSON.writeValueAsBytes(Order.of(id, options.number("payload"))));
		}
		Source source = new Source(Source.Kind.CHANNEL, "messages");
		for (int warmUp = 0; warmUp < options.number("warm-ups"); warmUp++) {
			Throughput.publish(contestant, source, server, messages / 3);
		}
		Arrivals arrivals = new Arrivals(messages);
		try (AutoCloseable listening = contestant.listen(source, arrivals)) {
			// includes connections from before it listened: some contestants open theirs
			// early
			Set<String> connected = server.clients();
			publish(server, payloads);
			arrivals.awaitQuiet(Duration.ofSeconds(5));
			Set<String> still = server.clients();
			double cut = connected.stream().filter((each) -> !still.contains(each)).count();
			double handled = arrivals.count();
			double counted = contestant.countedLosses();
			return List.of(new Row("", Map.of(HANDLED, handled, COUNTED, counted, UNNOTICED,
					messages - handled - counted, DISCONNECTED, cut)));
		}
	}

	/** Publishes with plain PUBLISH commands, pipelined, on a connection of its own. */
	private static void publish(Server server, List<byte[]> payloads) throws Exception {
		RedisClient client = RedisClient.create(server.uri());
		var connection = client.connect(ByteArrayCodec.INSTANCE);
		connection.setAutoFlushCommands(false);
		byte[] channel = "messages".getBytes(StandardCharsets.UTF_8);
		List<RedisFuture<Long>> replies = new ArrayList<>(payloads.size());
		for (byte[] payload : payloads) {
			replies.add(connection.async().publish(channel, payload));
			if (replies.size() % CHUNK == 0) {
				connection.flushCommands();
			}
		}
		connection.flushCommands();
		for (RedisFuture<Long> reply : replies) {
			reply.get();
		}
		client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
	}

}
