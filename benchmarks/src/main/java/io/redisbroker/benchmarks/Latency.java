package io.redisbroker.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the time of a message from just before it is written to the socket until the
 * handler is called, at 200 messages per second. The harness sends the messages in the
 * same way to all contestants. It warms up at a higher rate until the JVM has compiled
 * the code: at 200 per second that takes minutes, in which a compiler competes with the
 * measured code.
 */
final class Latency implements Measurement {

	private static final int PER_SECOND = 200;

	private static final int WARM_UP_PER_SECOND = 4_000;

	private static final int WARM_UP = 2 * WARM_UP_PER_SECOND;

	private static final int MOST_WARM_UPS = 15;

	/**
	 * The part of a warm-up in which the compilers may still work. The code that they
	 * compile then is rarely used.
	 */
	private static final double MOST_COMPILING = 0.05;

	private static final String P50 = "p50 ms";

	private static final String P99 = "p99 ms";

	private static final String P999 = "p99.9 ms";

	private final Source.Kind kind;

	Latency(Source.Kind kind) {
		this.kind = kind;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(P50, true, 2), new Column(P99, true, 2), new Column(P999, false, 2));
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		int fixed = options.number("messages");
		int measured = (fixed > 0) ? fixed : 4 * options.number("seconds") * PER_SECOND;
		int warmUp = (fixed > 0) ? measured / 2 : WARM_UP;
		int warmUps = (fixed > 0) ? 1 : MOST_WARM_UPS;
		Source source = new Source(this.kind, "messages");
		if (this.kind == Source.Kind.STREAM) {
			server.fill(source, 0);
		}
		Probe probe = new Probe(warmUps * warmUp + measured);
		try (AutoCloseable listening = contestant.listen(source, probe::arrived)) {
			boolean warm = false;
			for (int i = 0; i < warmUps && !warm; i++) {
				CompilerClock compiler = new CompilerClock(contestant);
				send(server, source, probe, warmUp, WARM_UP_PER_SECOND);
				warm = compiler.isBelow(MOST_COMPILING);
			}
			probe.measured = probe.next.get();
			send(server, source, probe, measured, PER_SECOND);
		}
		server.flush();
		long[] nanos = Arrays.copyOfRange(probe.nanos, probe.measured, probe.measured + measured);
		Arrays.sort(nanos);
		return List.of(new Row("",
				Map.of(P50, quantile(nanos, 0.5), P99, quantile(nanos, 0.99), P999, quantile(nanos, 0.999))));
	}

	private static void send(Server server, Source source, Probe probe, int messages, int perSecond)
			throws InterruptedException {
		ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
		int end = probe.next.get() + messages;
		clock.scheduleAtFixedRate(() -> {
			if (probe.next.get() < end) {
				int id = probe.next.getAndIncrement();
				probe.sent[id] = System.nanoTime();
				server.addPlainly(source, id);
			}
		}, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
		boolean all = probe.arrivals.tryAcquire(messages, messages / perSecond + 30L, TimeUnit.SECONDS);
		clock.shutdownNow();
		if (!all) {
			throw new IllegalStateException(messages - probe.arrivals.availablePermits() + " messages did not arrive");
		}
	}

	private static double quantile(long[] sorted, double quantile) {
		return sorted[(int) Math.ceil(quantile * sorted.length) - 1] / 1e6;
	}

	/** Records when messages were sent, and how long they took. */
	private static final class Probe {

		private final long[] sent;

		private final long[] nanos;

		private final Semaphore arrivals = new Semaphore(0);

		private final AtomicInteger next = new AtomicInteger();

		/** The first id after the warm-ups. */
		private int measured;

		Probe(int messages) {
			this.sent = new long[messages];
			this.nanos = new long[messages];
		}

		void arrived(Order order) {
			this.nanos[(int) order.id()] = System.nanoTime() - this.sent[(int) order.id()];
			this.arrivals.release();
		}

	}

}
