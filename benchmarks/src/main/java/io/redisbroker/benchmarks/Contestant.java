package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One way to do messaging on Redis, in the state of an application that has started. Each
 * does what the scenarios ask of it in which it takes part, see {@link Contestants}.
 */
interface Contestant extends AutoCloseable {

	/**
	 * Listens until closed. Messages are decoded by the contestant, and those of sources
	 * that are handled at least once are acknowledged after the handler has returned.
	 * @param source what to listen on
	 * @param handler what is called with each message
	 * @return ends the listening
	 * @throws Exception when it does not work
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

	/** How many messages were handed out and are not acknowledged yet. */
	default long unsettled(Source source, Server server) {
		return (source.kind() == Source.Kind.STREAM) ? server.pending(source) : 0;
	}

	/** Sends orders and returns when Redis has them. */
	default void send(Sending way, String key, List<Order> orders) throws Exception {
		throw new UnsupportedOperationException("%s does not send %s".formatted(getClass(), way));
	}

	/** Another instance of the same application. */
	default Contestant another() {
		throw new UnsupportedOperationException(getClass() + " is alone");
	}

	/** How many messages it dropped, by its own count. */
	default long countedLosses() {
		return 0;
	}

	/** CPU time that the process has used in which messages are handled. */
	default Duration clientCpu() {
		return CpuClock.ofThisProcess();
	}

	/** How long the compilers have worked of the JVM in which messages are handled. */
	default Duration compileTime() {
		return Duration.ofMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
	}

	/** CPU time that the server has used which keeps the messages. */
	default Duration serverCpu(Server server) {
		return server.cpuTime();
	}

	@Override
	void close() throws Exception;

}
