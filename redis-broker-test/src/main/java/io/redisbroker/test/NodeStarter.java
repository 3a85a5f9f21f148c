package io.redisbroker.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Starts the servers of one deployment, each on a port that is really free: between
 * finding one and listening on it another process may be faster.
 */
final class NodeStarter {

	static final String HOST = "127.0.0.1";

	private static final int ATTEMPTS = 10;

	private final ServerSource source;

	private final AdminClient admin;

	private final List<String> configuration;

	private final @Nullable String password;

	NodeStarter(ServerSource source, AdminClient admin, List<String> configuration, @Nullable String password) {
		this.source = source;
		this.admin = admin;
		this.configuration = configuration;
		this.password = password;
	}

	/**
	 * Start a server that holds data and wait until it answers.
	 * @param port the port, 0 for a free one
	 * @param more further lines of its configuration
	 * @return the server
	 */
	RedisServer start(int port, String... more) {
		List<String> lines = new ArrayList<>(this.configuration);
		lines.addAll(List.of(more));
		return start("redis", port, lines, this.password, false);
	}

	/**
	 * Start a Sentinel and wait until it answers.
	 * @param lines its configuration
	 * @return the Sentinel
	 */
	RedisServer startSentinel(List<String> lines) {
		return start("sentinel", 0, lines, null, true);
	}

	private RedisServer start(String kind, int fixedPort, List<String> lines, @Nullable String password,
			boolean sentinel) {
		for (int attempt = 1;; attempt++) {
			int port = (fixedPort != 0) ? fixedPort : FreePorts.take();
			List<String> configuration = new ArrayList<>(lines);
			configuration.add("bind " + HOST);
			configuration.add("port " + port);
			ServerSpec spec = new ServerSpec("redis-broker-test-" + kind + "-" + port, configuration, sentinel);
			RedisServer server = prepare(spec, port, password);
			try {
				server.startFirst();
				return server;
			}
			catch (Launch.PortInUseException ex) {
				server.close();
				if (fixedPort != 0 || attempt == ATTEMPTS) {
					throw ex;
				}
			}
			catch (RuntimeException ex) {
				server.close();
				throw ex;
			}
		}
	}

	private RedisServer prepare(ServerSpec spec, int port, @Nullable String password) {
		try {
			return new RedisServer(spec.name(), this.source.prepare(spec), port, password, this.admin);
		}
		catch (RuntimeException ex) {
			FreePorts.giveBack(port);
			throw ex;
		}
	}

}
