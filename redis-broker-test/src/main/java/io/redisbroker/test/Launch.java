package io.redisbroker.test;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Starts a process and waits until it answers, or says from its log why it does not.
 */
final class Launch {

	private static final Pattern PORT_IN_USE = Pattern
		.compile("Address (already )?in use|Failed listening on port|Could not create server TCP listening socket");

	private static final Duration PORT_PATIENCE = Duration.ofSeconds(10);

	private static final int TAIL = 25;

	private final String name;

	private final int port;

	private final ServerProcess process;

	private final BooleanSupplier answers;

	Launch(String name, int port, ServerProcess process, BooleanSupplier answers) {
		this.name = name;
		this.port = port;
		this.process = process;
		this.answers = answers;
	}

	/**
	 * Start the process.
	 * @throws PortInUseException if another process listens on the port
	 * @throws RedisServerException if it ends at once or does not answer
	 */
	void once() {
		int before = this.process.log().length();
		this.process.start();
		boolean decided = Await.within(Await.PATIENCE, () -> !this.process.isAlive() || this.answers.getAsBoolean());
		if (decided && this.process.isAlive()) {
			return;
		}
		String log = this.process.log().substring(before);
		this.process.kill();
		if (decided && PORT_IN_USE.matcher(log).find()) {
			throw new PortInUseException(
					"Port " + this.port + " (or its cluster bus port) is in use by another process" + tail(log));
		}
		throw new RedisServerException(this.name + (decided ? " ended at start" : " does not answer") + tail(log));
	}

	/**
	 * Start the process on a port it has had before, and for which it waits if another
	 * process listens on it for a moment.
	 */
	void again() {
		long deadline = System.nanoTime() + PORT_PATIENCE.toNanos();
		while (true) {
			try {
				once();
				return;
			}
			catch (PortInUseException ex) {
				if (System.nanoTime() - deadline > 0) {
					throw ex;
				}
			}
		}
	}

	private static String tail(String log) {
		List<String> lines = log.lines().toList();
		return ". The end of its log:\n"
				+ String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
	}

	/**
	 * The port was taken by another process.
	 */
	static final class PortInUseException extends RedisServerException {

		private static final long serialVersionUID = 1L;

		PortInUseException(String message) {
			super(message);
		}

	}

}
