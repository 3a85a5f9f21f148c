package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

import com.sun.management.GarbageCollectionNotificationInfo;

/**
 * Measures whether a listener that is far behind catches up within a small heap, and as
 * fast as one that is not. The heap is that of {@link Scenario#heap}; one that is too
 * small ends the JVM. A small backlog is drained several times.
 */
final class Backlog implements Measurement {

	private static final String PEAK = "peak of the heap after collections, MB";

	private static final String HEAP = "heap MB";

	/** The number of messages that is enough to measure a rate. */
	private static final int ENOUGH = 100_000;

	private static final int MOST_ROUNDS = 20;

	private static final int MOST_TURNS = 1;

	private final Source.Kind kind;

	Backlog(Source.Kind kind) {
		this.kind = kind;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(Throughput.PER_SECOND, true, 0), new Column(HEAP, false, 0),
				new Column(PEAK, false, 0));
	}

	@Override
	public int mostTurns() {
		return MOST_TURNS;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		new Throughput(this.kind).measure(contestant, server, options);
		List<Row> rows = new ArrayList<>();
		for (int backlog : options.numbers("backlogs")) {
			rows.add(new Row("%,d behind".formatted(backlog), figures(contestant, server, backlog)));
		}
		return rows;
	}

	private Map<String, Double> figures(Contestant contestant, Server server, int backlog) throws Exception {
		PeakHeap peak = new PeakHeap();
		Duration duration = Duration.ZERO;
		int rounds = Math.max(1, Math.min(MOST_ROUNDS, ENOUGH / backlog));
		for (int round = 0; round < rounds; round++) {
			duration = duration.plus(drain(contestant, server, backlog));
		}
		return Map.of(Throughput.PER_SECOND, (double) rounds * backlog / (duration.toNanos() / 1e9), HEAP,
				mega(Runtime.getRuntime().maxMemory()), PEAK, mega(peak.bytes.get()));
	}

	private Duration drain(Contestant contestant, Server server, int backlog) throws Exception {
		Source source = new Source(this.kind, "messages");
		contestant.fill(source, backlog, server);
		Arrivals arrivals = new Arrivals(backlog);
		Duration duration;
		try (AutoCloseable listening = contestant.listen(source, arrivals)) {
			duration = arrivals.awaitAll();
			Throughput.awaitSettled(contestant, source, server);
		}
		server.flush();
		return duration;
	}

	private static double mega(long bytes) {
		return bytes / 1048576.0;
	}

	/** The largest use of the heap after a collection. */
	private static final class PeakHeap implements NotificationListener {

		private static final Set<String> POOLS = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.map(MemoryPoolMXBean::getName)
			.collect(Collectors.toSet());

		private final AtomicLong bytes = new AtomicLong();

		PeakHeap() {
			ManagementFactory.getGarbageCollectorMXBeans()
				.forEach((collector) -> ((NotificationEmitter) collector).addNotificationListener(this, null, null));
		}

		@Override
		public void handleNotification(Notification notification, Object none) {
			if (notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
				long left = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
					.getGcInfo()
					.getMemoryUsageAfterGc()
					.entrySet()
					.stream()
					.filter((pool) -> POOLS.contains(pool.getKey()))
					.mapToLong((pool) -> pool.getValue().getUsed())
					.sum();
				this.bytes.accumulateAndGet(left, Math::max);
			}
		}

	}

}
