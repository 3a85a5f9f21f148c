package io.redisbroker.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the cost of listeners without messages. Only commands that clients send are
 * counted, not those that scripts call, so it uses {@code MONITOR} instead of
 * {@code INFO commandstats}.
 */
final class Idle implements Measurement {

	private static final String COMMANDS = "commands per second and listener";

	private static final String CPU = "client CPU ms per second";

	private static final String THREADS = "threads";

	private static final String CONNECTIONS = "connections";

	private final Source.Kind kind;

	Idle(Source.Kind kind) {
		this.kind = kind;
	}

	@Override
	public List<Column> columns() {
		return List.of(new Column(COMMANDS, false, 2), new Column(CPU, false, 1), new Column(THREADS, false, 0),
				new Column(CONNECTIONS, false, 0));
	}

	@Override
	public int mostTurns() {
		return 1;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		List<Row> rows = new ArrayList<>();
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		Set<String> clients = server.clients();
		Deque<AutoCloseable> listening = new ArrayDeque<>();
		// the listeners of the smaller numbers go on listening
		for (int listeners : options.numbers("listeners").stream().sorted().toList()) {
			while (listening.size() < listeners) {
				Source source = new Source(this.kind, "idle-" + listening.size());
				if (this.kind == Source.Kind.STREAM) {
					server.fill(source, 0);
				}
				listening.push(contestant.listen(source, (order) -> {
				}));
			}
			Map<String, Double> cost = new HashMap<>(observe(contestant, server, options, listeners));
			cost.put(THREADS, (double) ManagementFactory.getThreadMXBean().getThreadCount() - threads);
			Set<String> now = server.clients();
			now.removeAll(clients);
			cost.put(CONNECTIONS, (double) now.size());
			rows.add(new Row(listeners + (listeners == 1 ? " listener" : " listeners"), cost));
		}
		while (!listening.isEmpty()) {
			listening.pop().close();
		}
		server.flush();
		return rows;
	}

	/**
	 * Watches for at least the longest pause of any contestant, after the contestant has
	 * settled.
	 */
	private static Map<String, Double> observe(Contestant contestant, Server server, Options options, int listeners)
			throws IOException {
		int seconds = options.number("idle-seconds");
		pause(seconds / 3);
		AtomicLong commands = new AtomicLong();
		try (Socket monitor = new Socket(server.uri().getHost(), server.uri().getPort())) {
			monitor.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
			BufferedReader lines = new BufferedReader(
					new InputStreamReader(monitor.getInputStream(), StandardCharsets.ISO_8859_1));
			lines.readLine();
			Thread counter = new Thread(() -> lines.lines()
				.filter((line) -> !line.contains(" lua] "))
				.forEach((line) -> commands.incrementAndGet()), "monitor");
			counter.setUncaughtExceptionHandler((thread, closed) -> {
			});
			counter.start();
			CpuClock cpu = CpuClock.start(contestant, server);
			pause(seconds);
			// without the one command that the clock itself sent
			double counted = commands.get() - 1;
			return Map.of(COMMANDS, counted / seconds / listeners, CPU, cpu.client().toNanos() / 1e6 / seconds);
		}
	}

	private static void pause(int seconds) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

}
