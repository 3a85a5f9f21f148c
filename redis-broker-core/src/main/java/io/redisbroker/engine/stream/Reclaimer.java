package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

import io.redisbroker.client.ReadSize;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StreamEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over pending entries that no consumer works on: of consumers that died, of
 * retries that came due, of replies that got lost on their way to this consumer.
 */
final class Reclaimer {

	private static final Logger logger = LoggerFactory.getLogger(Reclaimer.class);

	private static final Duration SHORTEST_ABSENCE = Duration.ofMinutes(1);

	private static final String START = "0-0";

	private static final String OVER = "over";

	private final RedisConnections connections;

	private final ReadSize size;

	private final Membership membership;

	private final Takeovers takeovers;

	private final String listenerId;

	private final Duration reclaimDelay;

	private final BrokerEvents events;

	/**
	 * Where the look at each stream goes on, which only the script understands. A stream
	 * that has been looked at waits for the others: if each began anew by itself, they
	 * would hardly ever all be at an end.
	 */
	private final String[] cursors;

	private volatile boolean anotherRound;

	private volatile long cleanedAt = System.nanoTime();

	Reclaimer(RedisConnections connections, Membership membership, Takeovers takeovers, StreamEndpoint endpoint,
			BrokerEvents events) {
		this.connections = connections;
		this.size = connections.readSize(String.join(", ", membership.streams()), 1,
				endpoint.settings().reclaimDelay());
		this.membership = membership;
		this.takeovers = takeovers;
		this.listenerId = endpoint.id();
		this.reclaimDelay = endpoint.settings().reclaimDelay();
		this.events = events;
		this.cursors = new String[membership.streams().size()];
		Arrays.fill(this.cursors, OVER);
	}

	/**
	 * Takes over entries. One call of the script looks at a part of the pending list, so
	 * a look is a round of calls, which ends early where entries are found.
	 * @param room how many at most
	 * @param anew whether a whole round is wanted, besides the rest of one that has begun
	 * @param nextDue is told in how many milliseconds more will be due
	 */
	CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew, LongConsumer nextDue) {
		if (anew) {
			removeConsumersThatLeft();
			this.anotherRound = !allAre(OVER) && !allAre(START);
		}
		return reclaim(room, nextDue);
	}

	private CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, LongConsumer nextDue) {
		return this.size
			.read(room.most(),
					(most, transfer) -> this.connections.bulk(this.membership.streams().get(0),
							(connection) -> reclaim(transfer.over(connection), room, most, nextDue)))
			.thenCompose((taken) -> {
				if (!taken.isEmpty() || room.abandoned() == 0 || (allAre(OVER) && !this.anotherRound)) {
					return CompletableFuture.completedFuture(taken);
				}
				this.anotherRound &= !allAre(OVER);
				return reclaim(room, nextDue);
			});
	}

	private CompletableFuture<List<Delivery>> reclaim(RedisConnection connection, ReclaimRoom room, int most,
			LongConsumer nextDue) {
		List<Object> args = new ArrayList<>(
				List.of(this.membership.group(), this.membership.consumer(), Membership.PARKING,
						this.reclaimDelay.toMillis(), most, room.abandoned(), room.suspects(), room.overdue()));
		synchronized (this.cursors) {
			if (allAre(OVER)) {
				Arrays.fill(this.cursors, START);
			}
			args.addAll(List.of(this.cursors));
		}
		return connection.run(StreamScripts.RECLAIM, this.membership.keys(), args).thenApply((reply) -> {
			nextDue.accept((Long) reply.get(0));
			return taken(reply.subList(1, reply.size()));
		});
	}

	private boolean allAre(String cursor) {
		synchronized (this.cursors) {
			return Arrays.stream(this.cursors).allMatch(cursor::equals);
		}
	}

	private List<Delivery> taken(List<Object> perStream) {
		List<Delivery> deliveries = new ArrayList<>();
		for (int i = 0; i < perStream.size(); i++) {
			String stream = this.membership.streams().get(i);
			List<?> taken = (List<?>) perStream.get(i);
			synchronized (this.cursors) {
				this.cursors[i] = Reply.text(taken.get(0));
			}
			reportTrimmed(stream, ((Long) taken.get(1)).intValue());
			addAll(deliveries, stream, taken.subList(3, taken.size()), this.takeovers.learnFrom(stream, taken));
		}
		return deliveries;
	}

	private void reportTrimmed(String stream, int entries) {
		if (entries > 0) {
			this.events.trimmed(this.listenerId, stream, entries);
			logger.warn(
					"{} pending entries of stream '{}' were deleted or trimmed before group '{}' had handled them; "
							+ "keep more of the stream (MAXLEN, MINID) or consume faster",
					entries, stream, this.membership.group());
		}
	}

	/**
	 * Recovers entries that Redis handed to this consumer in replies that never arrived.
	 * @param connection where to ask
	 * @param known the entries that did arrive and are not settled yet
	 * @param max how many at most
	 */
	CompletableFuture<List<Delivery>> unseen(RedisConnection connection, Collection<Delivery> known, int max) {
		List<Delivery> unseen = new ArrayList<>();
		CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
		for (String stream : this.membership.streams()) {
			List<String> keys = List.of(stream, this.membership.failuresOf(stream));
			done = done.thenCompose((nothing) -> {
				List<Object> ids = new ArrayList<>();
				known.stream()
					.filter((delivery) -> delivery.source().equals(stream))
					.map(StreamContent::entryIdOf)
					.forEach(ids::add);
				int room = max - unseen.size();
				if (room == 0) {
					return CompletableFuture.completedFuture(null);
				}
				List<Object> args = new ArrayList<>(List.of(this.membership.group(), this.membership.consumer(), room));
				args.addAll(ids);
				return connection.run(StreamScripts.RECOVER, keys, args)
					.thenAccept((found) -> addAll(unseen, stream, found, Takeovers.UNKNOWN));
			});
		}
		return done.thenApply((nothing) -> unseen);
	}

	private void removeConsumersThatLeft() {
		Duration absence = max(this.reclaimDelay.multipliedBy(10), SHORTEST_ABSENCE);
		long now = System.nanoTime();
		if (now - this.cleanedAt < absence.toNanos()) {
			return;
		}
		this.cleanedAt = now;
		List<Object> args = List.of(this.membership.group(), this.membership.consumer(), absence.toMillis());
		for (String stream : this.membership.streams()) {
			this.connections.shared()
				.run(StreamScripts.REMOVE_CONSUMERS, List.of(stream, this.membership.takeoversOf(stream)), args)
				.whenComplete((names, failure) -> {
					if (names != null && !names.isEmpty()) {
						logger.info("Removed {} consumers of group '{}' on stream '{}' that left and hold nothing",
								names.size(), this.membership.group(), stream);
					}
				});
		}
	}

	/** Reads entry, delivery count, failures, entry, … */
	private static void addAll(List<Delivery> deliveries, String stream, List<?> entriesAndCounts, String takeover) {
		for (int i = 0; i < entriesAndCounts.size(); i += 3) {
			List<?> entry = (List<?>) entriesAndCounts.get(i);
			List<?> fields = (List<?>) entry.get(1);
			long count = (Long) entriesAndCounts.get(i + 1);
			long failures = (Long) entriesAndCounts.get(i + 2);
			deliveries.add(StreamContent.takenOver(stream, Reply.text(entry.get(0)),
					fields.stream().map((field) -> (byte[]) field).toArray(byte[][]::new), count, failures, takeover));
		}
	}

	private static Duration max(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

}
