package io.redisbroker.engine.preflight;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.failure.RedisErrorException;

/**
 * Asks Redis whether messages are safe there: which keys it evicts, whether it has a disk
 * and a replica, its version, and whether the user may do what the registered listeners
 * need. In a cluster every primary is asked. What a user may not ask, or a provider does
 * not tell, becomes a note and never a failure. Changes nothing. Thread-safe.
 */
public final class Preflight {

	private final RedisConnections connections;

	private final DefaultListenerRegistry registry;

	private final Stage stage;

	/**
	 * Creates the check.
	 * @param connections where to ask
	 * @param registry the listeners whose rights are checked
	 */
	public Preflight(RedisConnections connections, DefaultListenerRegistry registry) {
		this(connections, registry, Stage.UNKNOWN);
	}

	/**
	 * Creates the check.
	 * @param connections where to ask
	 * @param registry the listeners whose rights are checked
	 * @param stage what the application runs for
	 */
	public Preflight(RedisConnections connections, DefaultListenerRegistry registry, Stage stage) {
		this.connections = connections;
		this.registry = registry;
		this.stage = stage;
	}

	/**
	 * Asks Redis.
	 * @return what was found; exceptionally when Redis can't be reached
	 */
	public CompletableFuture<PreflightReport> run() {
		return this.connections.primaries()
			.thenCompose((primaries) -> servers(primaries).thenCombine(permissions(primaries.get(0)), this::merge)
				.whenComplete((report, failure) -> primaries.forEach(RedisConnection::close)));
	}

	private static CompletableFuture<List<ServerChecks>> servers(List<RedisConnection> primaries) {
		List<CompletableFuture<ServerChecks>> checks = primaries.stream().map(Preflight::server).toList();
		return CompletableFuture.allOf(checks.toArray(CompletableFuture[]::new))
			.thenApply((nothing) -> checks.stream().map(CompletableFuture::join).toList());
	}

	private CompletableFuture<List<Finding>> permissions(RedisConnection primary) {
		List<RequiredCommand> commands = new ArrayList<>(this.registry.requiredCommands());
		if (!commands.isEmpty()) {
			commands.add(RequiredCommand.of("PING"));
			if (this.connections.isCluster()) {
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

	private PreflightReport merge(List<ServerChecks> servers, List<Finding> permissions) {
		return new PreflightReport(servers.stream().map(ServerChecks::server).toList(),
				Stream
					.concat(servers.stream().flatMap((server) -> server.findings(this.stage).stream()),
							permissions.stream())
					.toList());
	}

}
