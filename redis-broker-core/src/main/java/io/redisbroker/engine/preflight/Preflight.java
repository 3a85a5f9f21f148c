package io.redisbroker.engine.preflight;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.failure.RedisErrorException;

/**
 * Asks each Redis that listeners read whether messages are safe there: which keys it
 * evicts, whether it has a disk and a replica, its version, and whether the user has the
 * rights that the registered listeners need. In a cluster every primary is asked. An
 * answer that the user may not get, or that a provider leaves out, becomes a note and
 * never a failure. Changes nothing. Thread-safe.
 */
public final class Preflight {

	private final RedisDirectory directory;

	private final DefaultListenerRegistry registry;

	private final Stage stage;

	/**
	 * Creates the check.
	 * @param directory every Redis
	 * @param registry the listeners whose rights are checked
	 * @param stage the purpose of the application
	 */
	public Preflight(RedisDirectory directory, DefaultListenerRegistry registry, Stage stage) {
		this.directory = directory;
		this.registry = registry;
		this.stage = stage;
	}

	/**
	 * Returns each Redis to ask.
	 * @return those that listeners read; without listeners the broker's own
	 */
	public List<ConnectedRedis> redises() {
		Set<String> names = this.registry.requiredCommands().keySet();
		return names.isEmpty() ? List.of(this.directory.own())
				: names.stream().map((name) -> this.directory.get(name.isEmpty() ? null : name)).toList();
	}

	/**
	 * Asks a Redis.
	 * @param redis the Redis
	 * @return the findings; exceptionally when Redis can't be reached
	 */
	public CompletableFuture<PreflightReport> run(ConnectedRedis redis) {
		return redis.connections()
			.primaries()
			.thenCompose((primaries) -> servers(primaries)
				.thenCombine(permissions(redis, primaries.get(0)),
						(servers, permissions) -> report(redis, servers, permissions))
				.whenComplete((report, failure) -> primaries.forEach(RedisConnection::close)));
	}

	private static CompletableFuture<List<ServerChecks>> servers(List<RedisConnection> primaries) {
		List<CompletableFuture<ServerChecks>> checks = primaries.stream().map(Preflight::server).toList();
		return CompletableFuture.allOf(checks.toArray(CompletableFuture[]::new))
			.thenApply((nothing) -> checks.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<List<Finding>> permissions(ConnectedRedis redis, RedisConnection primary) {
		List<RequiredCommand> commands = new ArrayList<>(
				this.registry.requiredCommands().getOrDefault(Objects.requireNonNullElse(redis.name(), ""), List.of()));
		if (!commands.isEmpty()) {
			commands.add(RequiredCommand.of("PING"));
			if (redis.connections().isCluster()) {
				commands.add(RequiredCommand.of("CLUSTER", "NODES"));
				commands.add(RequiredCommand.of("ASKING"));
			}
		}
		return new PermissionCheck(primary).check(commands);
	}

	private static CompletableFuture<ServerChecks> server(RedisConnection primary) {
		CompletableFuture<String> info = primary.send(Command.of("INFO", Reply.STRING)).handle((text, failure) -> {
			boolean refused = Failures.unwrap(failure) instanceof RedisErrorException && !Failures.isTransient(failure);
			return refused ? CompletableFuture.completedFuture("") : (failure != null)
					? CompletableFuture.<String>failedFuture(failure) : CompletableFuture.completedFuture(text);
		}).thenCompose((text) -> text);
		CompletableFuture<Optional<String>> snapshots = primary
			.send(Command.of("CONFIG", Reply.ARRAY).arg("GET").arg("save"))
			.handle((reply, mayNotAsk) -> (reply != null && reply.size() == 2) ? text(reply.get(1)) : Optional.empty());
		return info.thenCombine(snapshots, ServerChecks::new);
	}

	private static Optional<String> text(Object value) {
		return Optional
			.of((value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : value.toString());
	}

	private PreflightReport report(ConnectedRedis redis, List<ServerChecks> servers, List<Finding> permissions) {
		Stream<Finding> findings = Stream
			.concat(servers.stream().flatMap((server) -> server.findings(this.stage).stream()), permissions.stream());
		Stream<String> names = servers.stream().map(ServerChecks::server);
		String other = redis.name();
		return (other == null) ? new PreflightReport(names.toList(), findings.toList())
				: new PreflightReport(names.map((name) -> name + " ('" + other + "')").toList(),
						findings.map((finding) -> finding.in(redis)).toList());
	}

}
