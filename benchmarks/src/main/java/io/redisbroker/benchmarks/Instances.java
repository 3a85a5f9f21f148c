package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Several applications of the same kind that listen on the same source. They share this
 * JVM, so that the work of the compilers does not grow with their number.
 */
final class Instances implements Contestant {

	private final Contestant first;

	private final List<Contestant> more = new ArrayList<>();

	private Instances(Contestant first) {
		this.first = first;
	}

	/** The caller stays responsible for closing the first. */
	static Instances of(Contestant first, int instances) {
		Instances all = new Instances(first);
		while (all.more.size() < instances - 1) {
			all.more.add(first.another());
		}
		return all;
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		Deque<AutoCloseable> listening = new ArrayDeque<>();
		listening.push(this.first.listen(source, handler));
		for (Contestant each : this.more) {
			listening.push(each.listen(source, handler));
		}
		return () -> {
			while (!listening.isEmpty()) {
				listening.pop().close();
			}
		};
	}

	@Override
	public void fill(Source source, long messages, Server server) throws Exception {
		this.first.fill(source, messages, server);
	}

	@Override
	public long unsettled(Source source, Server server) {
		return this.first.unsettled(source, server);
	}

	@Override
	public Duration clientCpu() {
		return this.first.clientCpu();
	}

	@Override
	public Duration serverCpu(Server server) {
		return this.first.serverCpu(server);
	}

	@Override
	public void close() throws Exception {
		for (Contestant each : this.more) {
			each.close();
		}
	}

}
