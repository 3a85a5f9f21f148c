package io.redisbroker.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/**
 * Redrives all dead letters of a source, in a JVM of its own, which a test can kill.
 */
public final class RedriveMain {

	private RedriveMain() {
	}

	public static void main(String[] args) {
		TestedTransport transport = TestedTransport.valueOf(args[0]);
		TestBroker broker = new TestBroker(new RedisStandaloneConfiguration("127.0.0.1", Integer.parseInt(args[1])),
				"redriving", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
		broker.registry()
			.register(transport.endpoint(args[2], TestSettings.defaults().autoStartup(false).build(),
					new Recorder().handler()));
		broker.deadLetters().redriveAll(args[2], DeadLetterFilter.ALL, Integer.parseInt(args[3])).join();
		Runtime.getRuntime().halt(0);
	}

	/** Starts the process, which ends when it has redriven all of them. */
	public static Process start(TestedTransport transport, int port, String source, int perSecond) {
		String java = String.join(File.separator, System.getProperty("java.home"), "bin", "java");
		try {
			return new ProcessBuilder(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp",
					System.getProperty("java.class.path"), RedriveMain.class.getName(), transport.name(),
					Integer.toString(port), source, Integer.toString(perSecond)))
				.inheritIO()
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
