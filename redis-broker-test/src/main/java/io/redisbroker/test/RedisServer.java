package io.redisbroker.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;

/**
 * One real Redis server on a port of the loopback interface, with the faults that a test
 * needs. A node of a {@link RedisCluster} or of a {@link RedisSentinel} is such a server
 * too.
 * <p>
 * Everything that changes the state of the process returns when it has happened:
 * <pre class="code">
 * try (RedisServer redis = RedisServer.builder().persistent(true).start()) {
 *     redis.commands().set("key", "value");
 *     redis.kill();
 *     redis.restart();
 *     assertThat(redis.commands().get("key")).isEqualTo("value");
 * }
 * </pre>
 * <p>
 * Thread-safe: process controls exclude one another, and a test may use
 * {@link #commands()} while another thread kills the server.
 *
 * @since 0.1.0
 */
public final class RedisServer implements RedisDeployment {

	private static final Duration REPLICATION = Duration.ofSeconds(2);

	private final String name;

	private final ServerProcess process;

	private final RedisURI uri;

	private final @Nullable String password;

	private final AdminClient admin;

	private final Launch launch;

	private final Object connectionLock = new Object();

	private @Nullable StatefulRedisConnection<String, String> connection;

	private volatile boolean frozen;

	private volatile @Nullable String finalLog;

	private boolean ownsAdmin;

	RedisServer(String name, ServerProcess process, int port, @Nullable String password, AdminClient admin) {
		this.name = name;
		this.process = process;
		this.password = password;
		this.admin = admin;
		RedisURI.Builder uri = RedisURI.builder().withHost(NodeStarter.HOST).withPort(port);
		if (password != null) {
			uri.withPassword(password.toCharArray());
		}
		this.uri = uri.build();
		this.launch = new Launch(name, port, process, this::answers);
	}

	/**
	 * Start an empty server with default settings on a free port.
	 * @return the running server
	 * @throws RedisServerException if it does not start; the message ends with its log
	 */
	public static RedisServer start() {
		return builder().start();
	}

	/**
	 * Choose settings for a server.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the address it listens on.
	 * @return {@code 127.0.0.1}
	 */
	public String host() {
		return this.uri.getHost();
	}

	/**
	 * Return the port it listens on. It stays the same over restarts.
	 * @return the port
	 */
	public int port() {
		return this.uri.getPort();
	}

	/**
	 * Return where a Lettuce client finds it, including the password if there is one.
	 * @return a new URI, which the caller may change
	 */
	public RedisURI uri() {
		return RedisURI.builder(this.uri).build();
	}

	@Nullable String password() {
		return this.password;
	}

	/**
	 * Return the id of the process that runs, or ran last.
	 * @return the process id (for a container: on the Docker host)
	 */
	public synchronized long pid() {
		return this.process.pid();
	}

	/**
	 * Return whether the process exists. A frozen server runs in this sense.
	 * @return whether it has been started and has not ended for any reason
	 */
	public synchronized boolean isRunning() {
		return this.finalLog == null && this.process.isAlive();
	}

	/**
	 * Return whether {@link #freeze()} was the last thing done to it.
	 * @return whether it is frozen
	 */
	public boolean isFrozen() {
		return this.frozen;
	}

	/**
	 * Return everything it has logged, over all its starts, also after {@link #close()}.
	 * @return the log
	 */
	public String log() {
		String ended = this.finalLog;
		return (ended != null) ? ended : this.process.log();
	}

	/**
	 * Return commands on a connection that is opened at the first call, reconnects by
	 * itself and is closed with the server. On the node of a cluster they reach that node
	 * only, like {@code redis-cli} without {@code -c}. While the server is down or
	 * frozen, a command waits for it, 10 seconds at most.
	 * @return the commands, thread-safe
	 * @throws io.lettuce.core.RedisConnectionException if there is no connection yet and
	 * none can be opened
	 */
	public RedisCommands<String, String> commands() {
		synchronized (this.connectionLock) {
			if (this.connection == null) {
				this.connection = this.admin.connect(this.uri);
			}
			return this.connection.sync();
		}
	}

	/**
	 * Return a section of {@code INFO}, or several.
	 * @param section name of the section, such as {@code server} or {@code replication}
	 * @return the fields by name
	 */
	public Map<String, String> info(String section) {
		return AdminClient.fields(commands().info(section));
	}

	/**
	 * Return how often each command was called since the server started or
	 * {@code CONFIG RESETSTAT}.
	 * @return calls by the command's name in lower case ({@code get},
	 * {@code config|set}); a command that was not called is missing
	 */
	public Map<String, Long> commandStats() {
		Map<String, Long> calls = new LinkedHashMap<>();
		info("commandstats").forEach((field, value) -> calls.put(field.substring("cmdstat_".length()),
				Long.valueOf(value.substring("calls=".length(), value.indexOf(',')))));
		return calls;
	}

	/**
	 * Return whether this server knows a command, which says more than a version: Valkey
	 * counts its own.
	 * @param command name of the command
	 * @return whether it exists
	 */
	public boolean supportsCommand(String command) {
		return commands().commandInfo(command).stream().anyMatch(Objects::nonNull);
	}

	@Override
	public void flushAll() {
		commands().flushall();
		int replicas = Integer.parseInt(info("replication").getOrDefault("connected_slaves", "0"));
		if (replicas > 0) {
			// a replica that has just connected may hear of writes a second later
			commands().waitForReplication(replicas, REPLICATION.toMillis());
		}
	}

	@Override
	public List<RedisServer> nodes() {
		return List.of(this);
	}

	@Override
	public Map<String, String> springProperties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.data.redis.host", host());
		properties.put("spring.data.redis.port", Integer.toString(port()));
		properties.put(SpringUrl.PROPERTY, SpringUrl.of(this));
		if (this.password != null) {
			properties.put("spring.data.redis.password", this.password);
		}
		return properties;
	}

	/**
	 * Kill the process with {@code SIGKILL} and wait until it is gone. Has no effect if
	 * it does not run.
	 */
	public synchronized void kill() {
		this.process.kill();
		this.frozen = false;
	}

	/**
	 * Freeze the process with {@code SIGSTOP}: connections stay open and nothing answers,
	 * as with a hung machine. It runs on after {@link #resume()}.
	 * @throws RedisServerException if it does not run
	 */
	public synchronized void freeze() {
		requireRunning();
		this.process.freeze();
		this.frozen = true;
	}

	/**
	 * Let a frozen server run on; it handles the commands that have arrived meanwhile.
	 * @throws RedisServerException if it does not run
	 */
	public synchronized void resume() {
		requireRunning();
		this.process.resume();
		this.frozen = false;
	}

	private void requireRunning() {
		if (!isRunning()) {
			throw new RedisServerException(this.name + " does not run");
		}
	}

	/**
	 * End the process gracefully with {@code SIGTERM} and keep its data. Has no effect if
	 * it does not run.
	 */
	public synchronized void stop() {
		if (isRunning()) {
			if (this.frozen) {
				resume();
			}
			this.process.terminate();
		}
	}

	/**
	 * Start the server again on the same port and data, after {@link #stop()} if it runs,
	 * and wait until it answers. Without {@link RedisBuilder#persistent(boolean)
	 * persistence} there is no data to find again.
	 * @throws RedisServerException if it does not start; the message ends with its log
	 */
	public synchronized void restart() {
		stop();
		requireOpen();
		this.launch.again();
	}

	synchronized void startFirst() {
		this.launch.once();
	}

	private void requireOpen() {
		if (this.finalLog != null) {
			throw new RedisServerException(this.name + " has been closed");
		}
	}

	// The file tells this server from another one that was faster to take the port
	private boolean answers() {
		Map<String, String> info = this.admin.probe(this.uri);
		return this.process.configurationFile().equals(info.get("config_file")) && !"1".equals(info.get("loading"));
	}

	@Override
	public void awaitHealthy() {
		if (isRunning() && !isFrozen()) {
			Await.until(() -> this + " answers", this::answers);
		}
	}

	@Override
	public synchronized void heal() {
		if (isRunning() && isFrozen()) {
			resume();
		}
		if (isRunning() && !answers()) {
			kill();
		}
		if (!isRunning()) {
			restart();
		}
	}

	@Override
	public void close() {
		closeConnection();
		closeProcess();
		if (this.ownsAdmin) {
			this.admin.close();
		}
	}

	private void closeConnection() {
		synchronized (this.connectionLock) {
			if (this.connection != null) {
				this.connection.close();
				this.connection = null;
			}
		}
	}

	private synchronized void closeProcess() {
		if (this.finalLog == null) {
			this.process.kill();
			this.finalLog = this.process.log();
			this.process.close();
			FreePorts.giveBack(port());
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * Settings of a single server.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder extends RedisBuilder<Builder> {

		private int port;

		private Builder() {
		}

		/**
		 * The port to listen on. Default: 0, any free one.
		 * @param port the port
		 * @return this builder
		 */
		public Builder port(int port) {
			this.port = port;
			return this;
		}

		/**
		 * Start a server with these settings and wait until it answers.
		 * @return the running server
		 * @throws RedisServerException if it does not start; the message ends with its
		 * log
		 */
		public RedisServer start() {
			AdminClient admin = new AdminClient();
			try {
				RedisServer server = starter(admin).start(this.port);
				server.ownsAdmin = true;
				return server;
			}
			catch (RuntimeException ex) {
				admin.close();
				throw ex;
			}
		}

	}

}
