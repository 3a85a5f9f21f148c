package io.redisbroker.engine.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names consumers in Redis, so that {@code XINFO CONSUMERS} shows where they run, and so
 * that no two of them ever share a name. Thread-safe.
 */
public final class InstanceName {

	private static final String PROCESS = Long
		.toString(ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36 * 36 * 36), 36);

	private static final AtomicLong PERIODS = new AtomicLong();

	private InstanceName() {
	}

	/**
	 * Names where an application runs.
	 * @param application the application's name
	 * @return application and host, for example {@code shop-web1}
	 */
	public static String of(String application) {
		return application + "-" + host();
	}

	/**
	 * Names a consumer for one period of reading, from a start or resume of its listener
	 * to the next pause or stop.
	 * @param base names application and listener, for example {@code shop-web1:billing}
	 * @return the base and a suffix that no other period has, in this process or another,
	 * for example {@code shop-web1:billing:k3f9x2-1}
	 */
	public static String forPeriod(String base) {
		return base + ":" + PROCESS + "-" + Long.toString(PERIODS.incrementAndGet(), 36);
	}

	private static String host() {
		String name = System.getenv("HOSTNAME");
		if (name != null && !name.isBlank()) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
