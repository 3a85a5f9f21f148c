package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.redisbroker.benchmarks.Rounds.Result;

/**
 * Measures how many messages per second a contestant consumes, from the first message to
 * the last: from a backlog, or from a channel on which a fixed number is always under
 * way.
 */
final class Throughput implements Measurement {

	static final String PER_SECOND = "messages per second";

	static final String CLIENT_CPU = "client CPU µs per message";

	static final String SERVER_CPU = "server CPU µs per message";

	/** Smaller than the buffers of all contestants, so no buffer overflows. */
	private static final int UNDER_WAY = 5_000;

	private final Source.Kind kind;

	private final int keys;

	Throughput(Source.Kind kind) {
		this(kind, 1);
	}

	/** Consumes from several keys at once. */
	Throughput(Source.Kind kind, int keys) {
		this.kind = kind;
		this.keys = keys;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(PER_SECOND, true, 0), new Column(CLIENT_CPU, false, 1),
				new Column(SERVER_CPU, false, 1));
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		Result result = new Rounds(contestant, options).run((messages) -> {
			Source source = new Source(this.kind, "messages", this.keys);
			Result found = (this.kind == Source.Kind.CHANNEL) ? publish(contestant, source, server, messages)
					: drain(contestant, source, server, messages);
			server.flush();
			return found;
		});
		return List.of(new Row("", figures(result)));
	}

	static Map<String, Double> figures(Result result) {
		return Map.of(PER_SECOND, result.perSecond(), CLIENT_CPU, result.clientMicros(), SERVER_CPU,
				result.serverMicros());
	}

	private static Result drain(Contestant contestant, Source source, Server server, int messages) throws Exception {
		contestant.fill(source, messages, server);
		Arrivals arrivals = new Arrivals(messages);
		CpuClock cpu = CpuClock.start(contestant, server);
		try (AutoCloseable listening = contestant.listen(source, arrivals)) {
			Duration duration = arrivals.awaitAll();
			Result result = new Result(messages, duration, cpu.client(), cpu.server());
			awaitSettled(contestant, source, server);
			return result;
		}
	}

	/** Waits until all messages are acknowledged, as at-least-once delivery requires. */
	static void awaitSettled(Contestant contestant, Source source, Server server) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (contestant.unsettled(source, server) > 0) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException(
						contestant.unsettled(source, server) + " messages were handled and not acknowledged");
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
		}
	}

	/** Publishes at the rate at which messages arrive. */
	static Result publish(Contestant contestant, Source source, Server server, int messages) throws Exception {
		Semaphore permits = new Semaphore(UNDER_WAY / Server.CHUNK);
		Arrivals arrivals = new Arrivals(messages, Server.CHUNK, permits::release);
		try (AutoCloseable listening = contestant.listen(source, arrivals)) {
			CpuClock cpu = CpuClock.start(contestant, server);
			for (long from = 0; from < messages; from += Server.CHUNK) {
				if (!permits.tryAcquire(10, TimeUnit.SECONDS)) {
					throw new TimeoutException(
							"%,d were published, %,d arrived, and then none".formatted(from, arrivals.count()));
				}
				server.add(source, from, Math.min(messages, from + Server.CHUNK));
			}
			Duration duration = arrivals.awaitAll();
			return new Result(messages, duration, cpu.client(), cpu.server());
		}
	}

}
