package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes entries from one stream. A round is a chain of small steps, each a script, so
 * that Redis serves others in between. Rounds of several instances do no harm to each
 * other.
 */
final class StreamKeeper {

	private static final Logger logger = LoggerFactory.getLogger(StreamKeeper.class);

	/** About a million entries; the next round goes on with the rest. */
	private static final int MOST_STEPS = 500;

	private final RedisConnection connection;

	/** Names the stream, for log lines. */
	private final String stream;

	private final StreamRetention retention;

	private final Supplier<List<StreamEndpoint>> readers;

	private final BrokerEvents events;

	/**
	 * False from the first refusal of ACKED until a failure, after which the server may
	 * be another.
	 */
	private volatile boolean acked = true;

	private volatile List<IdleGroup> idleGroups = List.of();

	private volatile @Nullable String failure;

	/** How many entries groups lost in the round that is under way. */
	private volatile Map<String, Long> losing = Map.of();

	private volatile boolean lossReported;

	/**
	 * Creates a keeper.
	 * @param redis the Redis that the stream is in
	 * @param retention the entries that are removed
	 * @param readers the listeners of the application that read the stream in a group
	 * @param events is told of entries that a group did not get
	 */
	StreamKeeper(ConnectedRedis redis, StreamRetention retention, Supplier<List<StreamEndpoint>> readers,
			BrokerEvents events) {
		this.connection = redis.shared();
		this.stream = "'" + retention.stream() + "'" + ((redis.name() != null) ? " in " + redis : "");
		this.retention = retention;
		this.readers = readers;
		this.events = events;
	}

	/** Returns the idle groups that the last round found. */
	List<IdleGroup> idleGroups() {
		return this.idleGroups;
	}

	/**
	 * Removes entries as the retention says.
	 * @param active whether to go on; a failure after that is not reported
	 * @return how many entries were removed; 0 when Redis refused, which is logged
	 */
	CompletableFuture<Long> round(BooleanSupplier active) {
		this.losing = Map.of();
		return CompletableFuture.completedFuture(0L)
			.thenCompose((none) -> step(none, MOST_STEPS, active))
			.whenComplete((removed, ex) -> reportLoss())
			.thenCompose((removed) -> findIdleGroups().thenApply((nothing) -> removed))
			.handle((removed, ex) -> {
				if (ex == null) {
					succeeded();
					return removed;
				}
				if (active.getAsBoolean()) {
					failed(Failures.unwrap(ex));
				}
				return 0L;
			});
	}

	private CompletableFuture<Long> step(long removedBefore, int steps, BooleanSupplier active) {
		List<Object> args = new ArrayList<>(List.of(this.retention.maxLength(), millis(this.retention.maxAge()),
				flag(this.retention.acknowledged()), flag(this.acked)));
		args.addAll(expectedGroups());
		return this.connection.run(StreamScripts.TRIM, List.of(this.retention.stream()), args).thenCompose((reply) -> {
			long removed = removedBefore + (Long) reply.get(0);
			this.acked = (Long) reply.get(2) == 1;
			collectLoss(reply.subList(3, reply.size()));
			boolean more = (Long) reply.get(1) == 1 && steps > 1 && active.getAsBoolean();
			return more ? step(removed, steps - 1, active) : CompletableFuture.completedFuture(removed);
		});
	}

	/** A group that starts at the end of the stream needs nothing before it exists. */
	private List<String> expectedGroups() {
		return this.readers.get()
			.stream()
			.filter((reader) -> !reader.startFrom().isNew())
			.map(StreamEndpoint::requiredGroup)
			.distinct()
			.toList();
	}

	private void collectLoss(List<Object> groupsAndCounts) {
		if (!groupsAndCounts.isEmpty()) {
			Map<String, Long> all = new LinkedHashMap<>(this.losing);
			for (int i = 0; i < groupsAndCounts.size(); i += 2) {
				all.merge(Reply.text(groupsAndCounts.get(i)), (Long) groupsAndCounts.get(i + 1), Long::sum);
			}
			this.losing = all;
		}
	}

	private void reportLoss() {
		Map<String, Long> lost = this.losing;
		lost.forEach((group, entries) -> this.readers.get()
			.stream()
			.filter((reader) -> group.equals(reader.group()))
			.forEach((reader) -> this.events.trimmed(reader.id(), this.retention.stream(),
					(int) Math.min(Integer.MAX_VALUE, entries))));
		if (!lost.isEmpty() && !this.lossReported) {
			logger.warn(
					"The retention of stream {} removes entries that groups have not been handed yet: {}. The groups "
							+ "will not get them. Consume faster, or keep more (max-length {}, max-age {})",
					this.stream, lost, this.retention.maxLength(), this.retention.maxAge());
		}
		this.lossReported = !lost.isEmpty();
	}

	private CompletableFuture<Void> findIdleGroups() {
		if (!this.retention.acknowledged()) {
			return CompletableFuture.completedFuture(null);
		}
		List<Object> args = new ArrayList<>(
				List.of(Membership.PARKING, Backoff.millis(this.retention.idleGroupAfter())));
		args.addAll(expectedGroups());
		return this.connection.run(StreamScripts.IDLE_GROUPS, List.of(this.retention.stream()), args)
			.thenAccept((reply) -> report(reply.stream().map((group) -> idleGroup((List<?>) group)).toList()));
	}

	private void report(List<IdleGroup> found) {
		List<IdleGroup> before = this.idleGroups;
		this.idleGroups = found;
		found.stream()
			.filter((group) -> before.stream().noneMatch(group::isSameAs))
			.forEach((group) -> logger.warn("{}", group.description()));
		before.stream()
			.filter((group) -> found.stream().noneMatch(group::isSameAs))
			.forEach((group) -> logger.info("Group '{}' no longer keeps old entries in stream '{}'", group.group(),
					group.stream()));
	}

	private IdleGroup idleGroup(List<?> reply) {
		long idle = (Long) reply.get(3);
		long undelivered = (Long) reply.get(5);
		return new IdleGroup(this.retention.stream(), Reply.text(reply.get(0)), (Long) reply.get(1) == 1,
				(Long) reply.get(2), (idle >= 0) ? Duration.ofMillis(idle) : null, (Long) reply.get(4),
				(undelivered >= 0) ? undelivered : null);
	}

	private void succeeded() {
		if (this.failure != null) {
			this.failure = null;
			logger.info("The retention of stream {} works again", this.stream);
		}
	}

	private void failed(@Nullable Throwable cause) {
		this.acked = true;
		String reason = (cause instanceof RedisErrorException refused) ? String.valueOf(refused.getMessage())
				: String.valueOf(cause);
		if (reason.equals(this.failure)) {
			return;
		}
		this.failure = reason;
		logger.warn("Entries of stream {} can't be removed, so it grows: {}. {}", this.stream, reason, remedy(cause));
	}

	private String remedy(@Nullable Throwable cause) {
		if (Failures.hasCode(cause, "NOPERM")) {
			List<RequiredCommand> commands = StreamRights.ofRetention(this.retention.stream());
			List<String> rights = commands.stream().map(RequiredCommand::permission).distinct().toList();
			return "Grant the rights: ACL SETUSER <user> " + String.join(" ", commands.get(0).names()) + " "
					+ String.join(" ", rights) + " +@scripting";
		}
		if (Failures.hasCode(cause, "WRONGTYPE")) {
			return "The key is not a stream: name another stream, or delete or rename the key";
		}
		return "It is tried again";
	}

	private static long millis(@Nullable Duration age) {
		return (age != null) ? Backoff.millis(age) : 0;
	}

	private static int flag(boolean value) {
		return value ? 1 : 0;
	}

}
