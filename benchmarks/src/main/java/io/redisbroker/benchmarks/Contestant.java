package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One way of messaging with Redis, as part of an application that has started. Each
 * contestant implements the methods that its scenarios need, see {@link Contestants}.
 */
interface Contestant extends AutoCloseable {

	/**
	 * Listens until closed. The contestant decodes the messages. From sources with
	 * at-least-once delivery it acknowledges them after the handler has returned.
	 * @param source the source to listen on
	 * @param handler called with each message
	 * @return ends the listening
	 * @throws Exception when listening fails
	 */
	default AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		throw new UnsupportedOperationException("%s does not listen on %s".formatted(getClass(), source));
	}

	/**
	 * Fills a source with messages whose ids count from 0, in the form in which the
	 * contestant expects them.
	 */
	default void fill(Source source, long messages, Server server) throws Exception {
		server.fill(source, messages);
	}

	/** The number of messages that were delivered and are not acknowledged yet. */
	default long unsettled(Source source, Server server) {
		return (source.kind() == Source.Kind.STREAM) ? server.pending(source) : 0;
	}

	/** Sends orders and returns when Redis has them. */
	default void send(Sending way, String key, List<Order> orders) throws Exception {
		throw new UnsupportedOperationException("%s does not send %s".formatted(getClass(), way));
	}

	/** Starts another instance of the same application. */
	default Contestant another() {
		throw new UnsupportedOperationException(getClass() + " is alone");
	}

	/** The number of messages that it dropped, by its own count. */
	default long countedLosses() {
		return 0;
	}

	/** The CPU time used by the process that handles the messages. */
	default Duration clientCpu() {
		return CpuClock.ofThisProcess();
	}

	/** The time that the compilers have worked in the JVM that handles the messages. */
	default Duration compileTime() {
		return Duration.ofMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
	}

	/** The CPU time used by the server that keeps the messages. */
	default Duration serverCpu(Server server) {
		return server.cpuTime();
	}

	@Override
	void close() throws Exception;

}
