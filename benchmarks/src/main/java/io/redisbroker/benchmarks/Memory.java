package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whether a listener that is far behind catches up within a small heap. The heap is that
 * of {@link Scenario#heap}; one that is too small ends the JVM.
 */
final class Memory implements Measurement {

	private static final String PEAK = "peak of the heap after collections, MB";

	private static final String HEAP = "heap MB";

	private static final String HANDLED = "handled";

	private final Source.Kind kind;

	Memory(Source.Kind kind) {
		this.kind = kind;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(HANDLED, false, 0), new Column(HEAP, false, 0), new Column(PEAK, false, 0),
				new Column(Throughput.PER_SECOND, false, 0));
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		int backlog = options.number("backlog");
		Source source = new Source(this.kind, "messages");
		contestant.fill(source, backlog, server);
		PeakHeap peak = new PeakHeap();
		Arrivals arrivals = new Arrivals(backlog, 10_000, peak::look);
		Duration duration;
		try (AutoCloseable listening = contestant.listen(source, arrivals)) {
			duration = arrivals.awaitAll();
			Throughput.awaitSettled(contestant, source, server);
		}
		server.flush();
		return List.of(new Row("%,d behind".formatted(backlog),
				Map.of(HANDLED, (double) arrivals.count(), HEAP, mega(Runtime.getRuntime().maxMemory()), PEAK,
						mega(peak.bytes), Throughput.PER_SECOND, backlog / (duration.toMillis() / 1e3))));
	}

	private static double mega(long bytes) {
		return bytes / 1048576.0;
	}

	/** The most that was left after any collection that was looked at. */
	private static final class PeakHeap {

		private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.toList();

		private volatile long bytes;

		void look() {
			long now = this.pools.stream()
				.map(MemoryPoolMXBean::getCollectionUsage)
				.filter(Objects::nonNull)
				.mapToLong(MemoryUsage::getUsed)
				.sum();
			this.bytes = Math.max(this.bytes, now);
		}

	}

}
