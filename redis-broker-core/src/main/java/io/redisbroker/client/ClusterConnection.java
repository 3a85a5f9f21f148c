package io.redisbroker.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lettuce.core.RedisCommandExecutionException;
import io.redisbroker.failure.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * The connection to a cluster for everything that does not wait in Redis. A command goes
 * to the owner of its first key's slot, one without a key to any primary. A command that
 * Redis surely did not execute is sent again until the reply timeout is over: while there
 * is no connection, while a slot moves or has no owner, and when the node redirects to
 * another one. A command that may have been executed is never sent again.
 */
final class ClusterConnection implements RedisConnection {

	/** Refusals before execution that pass when the cluster has healed. */
	private static final Set<String> NOT_EXECUTED = Set.of("CLUSTERDOWN", "TRYAGAIN", "READONLY", "LOADING",
			"MASTERDOWN");

	/** Further redirections mean that nodes disagree, and are followed with a pause. */
	private static final int REDIRECTED_AT_ONCE = 2;

	private final ClusterKnowledge knowledge;

	private final ClusterNodes nodes;

	private final Gate<ClusterKnowledge> known;

	private final long patienceNanos;

	private final ScheduledExecutorService timer;

	private final Executor executor;

	private volatile @Nullable String anyPrimary;

	private volatile boolean watched;

	private volatile boolean closed;

	/**
	 * Creates the connection; nothing is connected yet.
	 * @param knowledge the owners of slots
	 * @param nodes the connections to nodes
	 * @param known opens when a node has reported the owners of slots
	 * @param patience how long a command may wait before it is sent
	 * @param timer where to wait
	 * @param executor where to send again, and to tell of failures
	 */
	ClusterConnection(ClusterKnowledge knowledge, ClusterNodes nodes, Gate<ClusterKnowledge> known, Duration patience,
			ScheduledExecutorService timer, Executor executor) {
		this.knowledge = knowledge;
		this.nodes = nodes;
		this.known = known;
		this.patienceNanos = patience.toNanos();
		this.timer = timer;
		this.executor = executor;
	}

	@Override
	public <T> CompletableFuture<T> send(Command<T> command) {
		return send(command, System.nanoTime() + this.patienceNanos, 0);
	}

	private <T> CompletableFuture<T> send(Command<T> command, long deadline, int failures) {
		if (!isReady()) {
			return whenKnown(deadline, () -> route(command, deadline, failures));
		}
		return route(command, deadline, failures);
	}

	private <T> CompletableFuture<T> route(Command<T> command, long deadline, int failures) {
		String node = nodeFor(command);
		if (node == null) {
			return again(command, deadline, failures, noOwner(command));
		}
		return sendTo(node, command, deadline, failures);
	}

	private <T> CompletableFuture<T> sendTo(String node, Command<T> command, long deadline, int failures) {
		return checked(command, node,
				this.nodes.to(node).use(deadline, (connection) -> LettuceConnection.send(connection, command)),
				deadline, failures);
	}

	@Override
	public <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands) {
		return sendAll(commands, System.nanoTime() + this.patienceNanos, 0);
	}

	private <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands, long deadline, int failures) {
		if (!isReady()) {
			return LettuceConnection.replies(
					whenKnown(deadline,
							() -> CompletableFuture.completedFuture(routeAll(commands, deadline, failures))),
					commands.size());
		}
		return routeAll(commands, deadline, failures);
	}

	private <T> List<CompletableFuture<T>> routeAll(List<Command<T>> commands, long deadline, int failures) {
		String first = commands.isEmpty() ? null : nodeFor(commands.get(0));
		if (first != null && commands.stream().allMatch((command) -> first.equals(nodeFor(command)))) {
			return sendTogether(first, commands, deadline, failures);
		}
		return routeEach(commands, deadline, failures);
	}

	private <T> List<CompletableFuture<T>> routeEach(List<Command<T>> commands, long deadline, int failures) {
		Map<String, List<Integer>> byNode = new LinkedHashMap<>();
		List<CompletableFuture<T>> replies = new ArrayList<>(commands.size());
		for (int i = 0; i < commands.size(); i++) {
			Command<T> command = commands.get(i);
			String node = nodeFor(command);
			if (node != null) {
				byNode.computeIfAbsent(node, (it) -> new ArrayList<>()).add(i);
			}
			replies.add((node != null) ? CompletableFuture.completedFuture(null)
					: again(command, deadline, failures, noOwner(command)));
		}
		byNode.forEach((node, indexes) -> {
			List<Command<T>> together = indexes.stream().map(commands::get).toList();
			List<CompletableFuture<T>> sent = sendTogether(node, together, deadline, failures);
			for (int i = 0; i < sent.size(); i++) {
				replies.set(indexes.get(i), sent.get(i));
			}
		});
		return replies;
	}

	private <T> List<CompletableFuture<T>> sendTogether(String node, List<Command<T>> commands, long deadline,
			int failures) {
		CompletableFuture<List<CompletableFuture<T>>> sent = this.nodes.to(node).use(deadline, (connection) -> {
			List<CompletableFuture<T>> replies = LettuceConnection.sendAll(connection, commands);
			for (int i = 0; i < replies.size(); i++) {
				replies.set(i, checked(commands.get(i), node, replies.get(i), deadline, failures));
			}
			return CompletableFuture.completedFuture(replies);
		});
		if (!sent.isDone() || sent.isCompletedExceptionally()) {
			sent = sent.exceptionallyCompose((failure) -> LettuceConnection.isUnsent(failure)
					? later(() -> CompletableFuture.completedFuture(sendAll(commands, deadline, failures + 1)),
							deadline, failures, failure)
					: CompletableFuture.failedFuture(LettuceConnection.translate(failure)));
		}
		return LettuceConnection.replies(sent, commands.size());
	}

	private boolean isReady() {
		if (!this.watched) {
			this.watched = true;
			this.nodes.watch();
		}
		return this.known.value() != null && !this.closed;
	}

	private <R> CompletableFuture<R> whenKnown(long deadline, Supplier<CompletableFuture<R>> use) {
		if (this.closed) {
			return CompletableFuture
				.failedFuture(new RedisConnectionFailureException("The connections to Redis are closed"));
		}
		CompletableFuture<R> result = this.known.use(deadline, (knowledge) -> use.get());
		this.knowledge.ask();
		return result
			.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(LettuceConnection.translate(failure)));
	}

	private @Nullable String nodeFor(Command<?> command) {
		int slot = command.slot();
		return (slot != Command.NO_SLOT) ? this.knowledge.ownerOf(slot) : anyPrimary();
	}

	private @Nullable String anyPrimary() {
		String node = this.anyPrimary;
		if (node == null || !this.knowledge.view().isOwner(node) || !this.knowledge.isGood(node)) {
			Set<String> primaries = this.knowledge.view().primaries();
			node = primaries.stream()
				.filter(this.knowledge::isGood)
				.findFirst()
				.orElse(primaries.stream().findFirst().orElse(null));
			this.anyPrimary = node;
		}
		return node;
	}

	private static Throwable noOwner(Command<?> command) {
		return LettuceConnection.unsent("No node of the cluster owns slot " + command.slot(), null);
	}

	/** Sends commands again that were not executed, and translates failures. */
	private <T> CompletableFuture<T> checked(Command<T> command, String node, CompletableFuture<T> reply, long deadline,
			int failures) {
		return reply.exceptionallyCompose((failure) -> {
			if (LettuceConnection.isUnsent(failure)) {
				return again(command, deadline, failures, failure);
			}
			if (Failures.unwrap(failure) instanceof RedisCommandExecutionException refused) {
				return refused(command, node, refused, deadline, failures);
			}
			return CompletableFuture.failedFuture(LettuceConnection.translate(failure));
		});
	}

	private <T> CompletableFuture<T> refused(Command<T> command, String node, RedisCommandExecutionException refused,
			long deadline, int failures) {
		Redirection redirection = Redirection.of(String.valueOf(refused.getMessage()), node);
		if (redirection != null) {
			return redirected(command, redirection, refused, deadline, failures);
		}
		Throwable translated = LettuceConnection.translate(refused);
		if (translated instanceof RedisErrorException error && NOT_EXECUTED.contains(error.code())) {
			this.knowledge.ask();
			return again(command, deadline, failures, refused);
		}
		return CompletableFuture.failedFuture(translated);
	}

	private <T> CompletableFuture<T> redirected(Command<T> command, Redirection redirection, Throwable refused,
			long deadline, int failures) {
		if (!redirection.once()) {
			this.knowledge.doubt(command.slot(), redirection.node());
		}
		if (failures >= REDIRECTED_AT_ONCE && !redirection.once()) {
			return again(command, deadline, failures, refused);
		}
		if (System.nanoTime() >= deadline) {
			return CompletableFuture.failedFuture(LettuceConnection.translate(refused));
		}
		if (!redirection.once()) {
			return sendTo(redirection.node(), command, deadline, failures + 1);
		}
		return checked(command, redirection.node(),
				this.nodes.to(redirection.node())
					.use(deadline, (connection) -> NodeConnection.sendAsking(connection, command)),
				deadline, failures + 1);
	}

	private <T> CompletableFuture<T> again(Command<T> command, long deadline, int failures, Throwable failure) {
		return later(() -> send(command, deadline, failures + 1), deadline, failures, failure);
	}

	private <R> CompletableFuture<R> later(Supplier<CompletableFuture<R>> attempt, long deadline, int failures,
			Throwable failure) {
		if (System.nanoTime() >= deadline || this.closed) {
			return CompletableFuture.failedFuture(LettuceConnection.translate(failure));
		}
		CompletableFuture<R> result = new CompletableFuture<>();
		try {
			this.timer.schedule(() -> this.executor.execute(() -> Gate.forward(attempt.get(), result)),
					RedisConnections.BETWEEN_ATTEMPTS.delay(failures + 1L).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(LettuceConnection.translate(failure));
		}
		return result;
	}

	/** Fails waiting commands. The clients close the connections. */
	@Override
	public CompletableFuture<Void> close() {
		this.closed = true;
		this.known.fail(new RedisConnectionFailureException("The connections to Redis are closed"));
		return CompletableFuture.completedFuture(null);
	}

}
