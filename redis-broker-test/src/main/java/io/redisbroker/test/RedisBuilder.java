package io.redisbroker.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The settings of every deployment. Builders are not thread-safe and can be used more
 * than once.
 *
 * @param <B> the type of the builder
 * @since 0.1.0
 */
public abstract sealed class RedisBuilder<B extends RedisBuilder<B>>
		permits RedisServer.Builder, RedisSentinel.Builder, RedisCluster.Builder {

	private static final Set<String> OURS = Set.of("port", "bind", "dir", "logfile", "daemonize", "pidfile",
			"cluster-enabled", "cluster-config-file", "cluster-port", "requirepass", "masterauth");

	private final List<String> options = new ArrayList<>();

	private boolean persistent;

	private @Nullable String password;

	private @Nullable String source;

	RedisBuilder() {
	}

	/**
	 * Set a directive of {@code redis.conf} on every server that holds data, such as
	 * {@code option("maxmemory", "100mb")}. It replaces this module's own setting, if
	 * there is one.
	 * @param name name of the directive
	 * @param value its value as it would stand in the file; empty for {@code ""}
	 * @return this builder
	 * @throws IllegalArgumentException if the directive is one that this module must set
	 * itself ({@code port}, {@code bind}, {@code dir} and the like)
	 */
	public B option(String name, String value) {
		if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException("'" + name + "' cannot be set as an option: a test server chooses it,"
					+ " or its builder has a method for it");
		}
		this.options.add(name + " " + (value.isEmpty() ? "\"\"" : value));
		return self();
	}

	/**
	 * Whether servers write an append-only file, so that {@link RedisServer#restart()}
	 * finds the data again. It is synced every second unless the option
	 * {@code appendfsync} says otherwise. Default: {@code false}.
	 * @param persistent whether to keep data over a restart
	 * @return this builder
	 */
	public B persistent(boolean persistent) {
		this.persistent = persistent;
		return self();
	}

	/**
	 * Password that clients need. Default: none.
	 * @param password the password, without spaces and quotes
	 * @return this builder
	 */
	public B password(String password) {
		this.password = password;
		return self();
	}

	/**
	 * The Redis to run, in a form that the system property
	 * {@code redis-broker.test.redis} accepts: {@code binary}, {@code path:...} or
	 * {@code docker:...}. Default: the value of that property, else {@code binary}.
	 * Containers use the network of their host, which must be this machine: Docker
	 * Desktop has to be told to allow that.
	 * @param source which Redis
	 * @return this builder
	 */
	public B redis(String source) {
		this.source = source;
		return self();
	}

	@SuppressWarnings("unchecked")
	private B self() {
		return (B) this;
	}

	NodeStarter starter(AdminClient admin, String... defaults) {
		return new NodeStarter(ServerSource.of(this.source), admin, configuration(defaults), this.password);
	}

	@Nullable String password() {
		return this.password;
	}

	// A later line wins over an earlier one
	private List<String> configuration(String... defaults) {
		List<String> lines = new ArrayList<>();
		lines.add("save \"\"");
		lines.add("appendonly " + (this.persistent ? "yes" : "no"));
		lines.add("appendfsync everysec");
		lines.add("repl-diskless-sync-delay 0");
		lines.addAll(List.of(defaults));
		lines.addAll(this.options);
		if (this.password != null) {
			lines.add("requirepass " + this.password);
			lines.add("masterauth " + this.password);
		}
		return lines;
	}

}
