package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import io.redisbroker.benchmarks.Rounds.Result;

/**
 * Measures how many messages per second a contestant sends, encoding included.
 */
final class SendThroughput implements Measurement {

	private final Sending way;

	SendThroughput(Sending way) {
		this.way = way;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(Throughput.PER_SECOND, true, 0), new Column(Throughput.CLIENT_CPU, false, 1),
				new Column(Throughput.SERVER_CPU, false, 1));
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		int payload = options.number("payload");
		List<Order> chunk = LongStream.range(0, Sending.CHUNK).mapToObj((id) -> Order.of(id, payload)).toList();
		Result result = new Rounds(contestant, options).run((messages) -> round(contestant, server, chunk, messages));
		return List.of(new Row("", Throughput.figures(result)));
	}

	private Result round(Contestant contestant, Server server, List<Order> chunk, int messages) throws Exception {
		CpuClock cpu = CpuClock.start(contestant, server);
		long start = System.nanoTime();
		for (int left = messages; left > 0; left -= chunk.size()) {
			contestant.send(this.way, "messages", chunk.subList(0, Math.min(left, chunk.size())));
		}
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		Result result = new Result(messages, duration, cpu.client(), cpu.server());
		long length = server.length("messages", this.way.toStream());
		if (length != messages) {
			throw new IllegalStateException("%,d messages were sent, and Redis has %,d".formatted(messages, length));
		}
		server.flush();
		return result;
	}

}
