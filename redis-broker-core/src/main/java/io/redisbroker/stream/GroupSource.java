package io.redisbroker.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.client.WakeUps;
import io.redisbroker.listener.DeliverySource;
import io.redisbroker.listener.ServerRequirements;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams as a member of a consumer group. Idle, it costs a blocking read every
 * five seconds and a look for what others left.
 */
final class GroupSource implements DeliverySource {

	private final RedisConnections connections;

	private final Membership membership;

	private final StreamEndpoint endpoint;

	private final Settlement settlement;

	private final StreamReader reader;

	private final Reclaimer reclaimer;

	private volatile boolean open;

	private volatile boolean repliesLost;

	GroupSource(RedisConnections connections, Membership membership, StreamEndpoint endpoint, Settlement settlement,
			Reclaimer reclaimer) {
		this.connections = connections;
		this.membership = membership;
		this.endpoint = endpoint;
		this.settlement = settlement;
		this.reader = new StreamReader(connections, membership.streams());
		this.reclaimer = reclaimer;
	}

	@Override
	public String name() {
		return String.join(", ", this.membership.streams());
	}

	@Override
	public CompletableFuture<Void> open() {
		return ServerRequirements.check(this.connections).thenCompose((nothing) -> ensureGroups()).thenRun(() -> {
			this.open = true;
			this.repliesLost = false;
			this.reader.open();
		});
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
				.run(StreamScripts.ENSURE_GROUP, List.of(stream), args)
				.thenAccept((position) -> {
					String id = new String((byte[]) position.get(0), StandardCharsets.US_ASCII);
					if (!id.isEmpty()) {
						this.reader.startAfter(stream, id);
					}
				})
				.exceptionally((failure) -> {
					throw StartFailures.explain(this.endpoint.id(), stream, failure);
				});
		}).toArray(CompletableFuture[]::new));
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max, Supplier<Collection<Delivery>> held) {
		if (!this.repliesLost) {
			return read(max);
		}
		// taken before waiting: what is settled while waiting must not be taken for
		// unseen
		Collection<Delivery> known = held.get();
		return this.settlement.settled()
			.thenCompose((nothing) -> this.reclaimer.unseen(known, max))
			.thenCompose((unseen) -> {
				this.repliesLost = unseen.size() >= max;
				return unseen.isEmpty() ? read(max) : CompletableFuture.completedFuture(unseen);
			});
	}

	private CompletableFuture<List<Delivery>> read(int max) {
		boolean unacknowledged = this.endpoint.settings().ackMode() == AckMode.NONE;
		List<String> positions = this.membership.streams().stream().map((stream) -> ">").toList();
		CompletableFuture<List<Delivery>> reply = this.reader.read("XREADGROUP", (command) -> {
			command.arg("GROUP").arg(this.membership.group()).arg(this.membership.consumer());
			if (unacknowledged) {
				command.arg("NOACK");
			}
		}, max, positions);
		return reply.handle((deliveries, failure) -> {
			if (isGroupGone(failure)) {
				return ensureGroups().thenApply((nothing) -> List.<Delivery>of());
			}
			noteIfReplyLost(failure);
			return reply;
		}).thenCompose((result) -> result);
	}

	/**
	 * What was settled by hand, or never counts as pending, can't be told from what got
	 * lost. What gets lost because reading ends is handed back by
	 * {@link Settlement#leave}.
	 */
	private void noteIfReplyLost(@Nullable Throwable failure) {
		if (failure != null && this.open && this.endpoint.settings().ackMode() == AckMode.AUTO) {
			this.repliesLost = true;
		}
	}

	/** Someone deleted the group, or the stream with it. */
	private static boolean isGroupGone(@Nullable Throwable failure) {
		return RedisErrorException.hasCode(failure, "NOGROUP") || RedisErrorException.hasCode(failure, "UNBLOCKED");
	}

	@Override
	public CompletableFuture<List<Delivery>> reclaim(int max, boolean anew) {
		if (this.repliesLost) {
			// first things first: what is found again must not be taken over as well
			return CompletableFuture.completedFuture(List.of());
		}
		return this.reclaimer.reclaim(max, anew).whenComplete((deliveries, failure) -> noteIfReplyLost(failure));
	}

	@Override
	public boolean isCatchingUp() {
		return this.repliesLost;
	}

	@Override
	public Duration lease() {
		return (this.endpoint.settings().ackMode() == AckMode.NONE) ? Duration.ZERO
				: this.endpoint.settings().reclaimDelay();
	}

	@Override
	public Runnable onWakeUp(Runnable listener) {
		List<Runnable> ends = new ArrayList<>();
		WakeUps wakeUps = this.connections.wakeUps();
		this.membership.streams().forEach((stream) -> ends.add(wakeUps.listen(stream, listener)));
		return () -> ends.forEach(Runnable::run);
	}

	@Override
	public Settlement settlement() {
		return this.settlement;
	}

	@Override
	public CompletableFuture<Void> close() {
		this.open = false;
		return this.reader.close();
	}

}
