package io.redisbroker.listener;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names this process so that a person recognises it in {@code XINFO CONSUMERS}.
 *
 * @since 0.1.0
 */
public final class InstanceName {

	private static final String SUFFIX = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);

	private InstanceName() {
	}

	/**
	 * Returns the name of this process. The same for its whole life, across reconnects
	 * and restarts of listeners, and different for every process.
	 * @param application the application's name
	 * @return application, host and a short suffix, for example {@code shop-web1-k3f9}
	 */
	public static String of(String application) {
		return application + "-" + host() + "-" + SUFFIX;
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
