package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.engine.preflight.ServerRequirements;
import io.redisbroker.engine.preflight.SlotRequirements;
import io.redisbroker.engine.preflight.StartFailures;
import io.redisbroker.engine.pull.OwningSource;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Outcome;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.write.RedrivenCopy;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StreamEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads streams as a member of a consumer group. Idle, it costs a blocking read every
 * five seconds and a look for entries that others left.
 */
final class GroupSource extends OwningSource {

	private static final Logger logger = LoggerFactory.getLogger(GroupSource.class);

	private final RedisConnections connections;

	private final WakeUps wakeUps;

	private final Membership membership;

	private final StreamEndpoint endpoint;

	private final StreamReader reader;

	private final Reclaimer reclaimer;

	private final String recipient;

	GroupSource(RedisConnections connections, WakeUps wakeUps, Membership membership, StreamEndpoint endpoint,
			Settlement settlement, Reclaimer reclaimer, StreamReader reader, ScheduledExecutorService timer) {
		super(endpoint.settings(), settlement, timer);
		this.connections = connections;
		this.wakeUps = wakeUps;
		this.membership = membership;
		this.endpoint = endpoint;
		this.reader = reader;
		this.reclaimer = reclaimer;
		this.recipient = RedrivenCopy.group(membership.group());
	}

	@Override
	public String name() {
		return String.join(", ", this.membership.streams());
	}

	@Override
	public String consumer() {
		return this.membership.consumer();
	}

	@Override
	public CompletableFuture<Void> open() {
		return ServerRequirements.check(this.connections)
			.thenCompose(
					(nothing) -> SlotRequirements.check(this.connections, this.endpoint, this.membership.streams()))
			.thenCompose((nothing) -> ensureGroups())
			.thenCompose((nothing) -> checkRights())
			.thenRun(() -> {
				opened();
				this.reader.open();
			});
	}

	private CompletableFuture<Void> checkRights() {
		return CompletableFuture.allOf(this.membership.streams()
			.stream()
			.map((stream) -> StartFailures.checkRights(this.connections.shared(), this.endpoint.id(), stream,
					StreamRights.toConsume(stream, this.endpoint)))
			.toArray(CompletableFuture[]::new));
	}

	private CompletableFuture<Void> ensureGroups() {
		return CompletableFuture.allOf(this.membership.streams().stream().map((stream) -> {
			StreamEntry seen = this.reader.lastSeen(stream);
			List<Object> args = new ArrayList<>(List.of(this.membership.group(), this.endpoint.startFrom().id()));
			if (seen != null) {
				args.add(seen.id());
				args.addAll(List.of(seen.fields()));
			}
			return this.connections.shared()
				.run(StreamScripts.ENSURE_GROUP,
						List.of(stream, this.membership.retriesOf(stream), this.membership.failuresOf(stream),
								this.membership.takeoversOf(stream)),
						args)
				.thenAccept((position) -> {
					String id = Reply.text(position.get(0));
					if (!id.isEmpty()) {
						this.reader.startAfter(stream, id);
					}
				})
				.exceptionally((failure) -> {
					throw StartFailures.explain(this.endpoint.id(), stream, "stream",
							"+@stream +@sortedset +@hash +get +set +del", failure);
				});
		}).toArray(CompletableFuture[]::new));
	}

	@Override
	protected CompletableFuture<List<Delivery>> doReceive(int max) {
		boolean unacknowledged = this.endpoint.settings().ackMode() == AckMode.NONE;
		List<String> positions = this.membership.streams().stream().map((stream) -> ">").toList();
		return this.reader.read("XREADGROUP", (command) -> {
			command.arg("GROUP").arg(this.membership.group()).arg(this.membership.consumer());
			if (unacknowledged) {
				command.arg("NOACK");
			}
		}, max, positions)
			.thenApply(this::withoutCopiesForOthers)
			.exceptionallyCompose(
					(failure) -> isGroupGone(failure) ? ensureGroups().thenApply((nothing) -> List.<Delivery>of())
							: CompletableFuture.failedFuture(failure));
	}

	private record Skipped(Delivery delivery) implements Outcome {

		@Override
		public void settled(boolean ours) {
			logger.debug("Skipped {}, a copy that is redriven to other consumers", this.delivery);
		}

		@Override
		public void failed(Throwable failure) {
			logger.debug("Could not acknowledge {}, a copy that is redriven to other consumers; it is taken over later",
					this.delivery, failure);
		}

	}

	/** Someone deleted the group, or the stream with it. */
	private static boolean isGroupGone(Throwable failure) {
		return Failures.hasCode(failure, "NOGROUP") || Failures.hasCode(failure, "UNBLOCKED");
	}

	@Override
	protected CompletableFuture<List<Delivery>> doRecover(Collection<Delivery> held, int max) {
		return this.reader.recover(max, (connection, most) -> this.reclaimer.unseen(connection, held, most))
			.thenApply(this::withoutCopiesForOthers);
	}

	@Override
	protected boolean mayRecoverMore(int recovered, int max) {
		return this.reader.mayHaveMore(recovered);
	}

	@Override
	protected CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew) {
		return this.reclaimer.reclaim(room, anew, this::dueIn).thenApply(this::withoutCopiesForOthers);
	}

	/** This group has handled the original, and acknowledges the copy unhandled. */
	private List<Delivery> withoutCopiesForOthers(List<Delivery> deliveries) {
		List<Delivery> ours = new ArrayList<>(deliveries.size());
		for (Delivery delivery : deliveries) {
			if (StreamContent.isFor(this.recipient, delivery)) {
				ours.add(delivery);
			}
			else {
				settlement().acknowledge(delivery, new Skipped(delivery));
			}
		}
		return ours;
	}

	@Override
	protected Runnable listenForSignals(Consumer<String> listener) {
		List<Runnable> ends = new ArrayList<>();
		this.membership.streams().forEach((stream) -> ends.add(this.wakeUps.listen(stream, listener)));
		return () -> ends.forEach(Runnable::run);
	}

	@Override
	public boolean isDrained(int brought, int max) {
		return this.reader.isDrained();
	}

	@Override
	public CompletableFuture<Void> close() {
		closing();
		return this.reader.close();
	}

}
