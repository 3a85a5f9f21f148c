package io.redisbroker.support;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The consumers in JVMs of their own that a test starts. None outlives the test. When the
 * test fails, their output follows its stack trace.
 */
public final class ConsumerProcesses implements AfterEachCallback {

	private final List<ConsumerProcess> processes = new ArrayList<>();

	public ConsumerProcess start(ConsumerOptions options) {
		ConsumerProcess process = new ConsumerProcess(options);
		this.processes.add(process);
		return process;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		context.getExecutionException().ifPresent(this::explain);
		this.processes.forEach(ConsumerProcess::close);
		this.processes.clear();
	}

	private void explain(Throwable failure) {
		for (ConsumerProcess process : this.processes) {
			failure.addSuppressed(new Output("Consumer '" + process.instance() + "' "
					+ (process.isAlive() ? "runs" : "has ended") + " and wrote:\n" + process.output()));
		}
	}

	/** Carries the output of a process into the stack trace; not an error. */
	private static final class Output extends RuntimeException {

		Output(String text) {
			super(text, null, false, false);
		}

	}

}
