package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Settler;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process holds of one source: waiting for a worker, being handled, or being
 * settled. As long as a delivery is renewed no other consumer takes it over, however long
 * that lasts.
 */
final class HeldDeliveries {

	private static final Logger logger = LoggerFactory.getLogger(HeldDeliveries.class);

	private final String listenerId;

	private final DeliverySource source;

	private final int capacity;

	private final Set<InFlight> held = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	/** Those of them that are not on their way to being settled. */
	private final AtomicInteger unsettled = new AtomicInteger();

	/** Unowned deliveries are counted, not renewed. */
	private final boolean keptAlive;

	/**
	 * Holds nothing yet.
	 * @param listenerId whose deliveries
	 * @param source where they come from
	 * @param capacity how many may be held that are not on their way to being settled
	 */
	HeldDeliveries(String listenerId, DeliverySource source, int capacity) {
		this.listenerId = listenerId;
		this.source = source;
		this.capacity = capacity;
		this.keptAlive = !source.lease().isZero();
	}

	/**
	 * Holds deliveries. Redis may have handed them over at any time since they were asked
	 * for.
	 */
	List<InFlight> hold(List<Delivery> deliveries, InFlight.Holder holder, Settler settler, long asked) {
		List<InFlight> work = new ArrayList<>(deliveries.size());
		deliveries.forEach((delivery) -> work.add(new InFlight(delivery, holder, settler, asked)));
		add(work);
		return work;
	}

	private void add(Collection<InFlight> work) {
		this.count.addAndGet(work.size());
		this.unsettled.addAndGet(work.size());
		if (this.keptAlive) {
			this.held.addAll(work);
		}
	}

	/**
	 * Gives the room of a delivery to the next one while Redis is told of its end;
	 * returns whether it had it until now.
	 */
	boolean settling(InFlight work) {
		boolean first = work.giveRoom();
		if (first) {
			this.unsettled.decrementAndGet();
		}
		return first;
	}

	/**
	 * Forgets a delivery, once.
	 * @param work the delivery
	 * @return whether there may be more room now
	 */
	boolean remove(InFlight work) {
		boolean roomier = settling(work);
		if (work.release()) {
			this.held.remove(work);
			// as long as fewer are held, those being settled take no room from others
			roomier |= this.count.getAndDecrement() >= this.capacity;
		}
		return roomier;
	}

	int count() {
		return this.count.get();
	}

	/**
	 * For how many deliveries there is room. As many as the capacity may besides be on
	 * their way to being settled, so that reading need not wait for each settlement, and
	 * yet stops when Redis takes none.
	 */
	int room() {
		return Math.min(this.capacity - this.unsettled.get(), 2 * this.capacity - this.count.get());
	}

	/**
	 * Tells what may be taken over besides.
	 * @param most how many at most
	 * @param atOnce how many are begun at the same time
	 * @param overdue for how long they must have been due or abandoned
	 */
	ReclaimRoom roomToReclaim(int most, int atOnce, Duration overdue) {
		// a call that was given up keeps its worker, which begins nothing else
		int abandoned = (int) this.held.stream()
			.filter((each) -> each.isGivenUp() || (each.isAbandoned() && !each.isFinished()))
			.count();
		boolean suspect = this.held.stream()
			.anyMatch((each) -> each.isSuspect() && !each.isGivenUp() && !each.isFinished());
		return new ReclaimRoom(most, Math.max(0, atOnce - abandoned), suspect ? 0 : 1, overdue.toMillis());
	}

	/** Tells when nothing can be read, since all that is held waits to be settled. */
	List<ListenerProblem> stalledBySettlement() {
		if (room() > 0) {
			return List.of();
		}
		long waiting = this.held.stream().filter(InFlight::isFinished).count();
		long oldest = this.held.stream().mapToLong(InFlight::waitingSince).min().orElse(System.nanoTime());
		Duration age = Duration.ofNanos(System.nanoTime() - oldest);
		return (waiting < count() || age.compareTo(this.source.lease()) < 0) ? List.of() : List.of(new ListenerProblem(
				ListenerProblem.Kind.STALL, this.source.name(),
				"The listener holds " + waiting + " messages, as many as it may, which it has handled and not settled",
				age));
	}

	Collection<Delivery> deliveries() {
		return this.held.stream().map(InFlight::delivery).toList();
	}

	/** Renews what was not renewed for a third of the time it may go without. */
	CompletableFuture<Void> renew() {
		long now = System.nanoTime();
		long age = this.source.lease().toNanos() / 3;
		List<InFlight> aging = this.held.stream()
			.filter((each) -> !each.isGivenUp() && now - each.renewedAt() > age)
			.toList();
		return aging.isEmpty() ? CompletableFuture.completedFuture(null) : renew(aging);
	}

	private CompletableFuture<Void> renew(List<InFlight> work) {
		long now = System.nanoTime();
		long lease = this.source.lease().toNanos();
		return this.source.settlement().renew(work.stream().map(InFlight::delivery).toList()).thenAccept((renewal) -> {
			for (InFlight each : work) {
				// nobody can have taken over, and settled, what was renewed in time: its
				// group was deleted
				boolean settledByOther = renewal.gone().contains(each.delivery()) && now - each.renewedAt() > lease;
				if (settledByOther || renewal.taken().contains(each.delivery())) {
					markLost(each);
				}
				else {
					each.renewed(now);
				}
			}
		});
	}

	/** Another consumer owns it, so here it only waits for its worker to end. */
	private void markLost(InFlight work) {
		work.markLost();
		if (work.isFinished() && !work.isSettled()) {
			remove(work);
		}
	}

	/**
	 * Recognises what this process holds already: after a pause of Redis it may take over
	 * its own deliveries, which then count as delivered once more.
	 * @param deliveries what was taken over
	 * @return those that are new here
	 */
	List<Delivery> adopt(List<Delivery> deliveries) {
		Map<String, InFlight> byName = new HashMap<>();
		this.held.forEach((each) -> {
			if (!each.isSettled() && !each.isGivenUp()) {
				byName.put(each.delivery().toString(), each);
			}
		});
		List<Delivery> fresh = new ArrayList<>();
		for (Delivery delivery : deliveries) {
			InFlight own = byName.get(delivery.toString());
			// what was settled may have come back already, while the rest of its batch is
			// being settled; what was given up is for another worker
			if (own == null) {
				fresh.add(delivery);
			}
			else {
				own.adopt(delivery);
			}
		}
		return fresh;
	}

	/**
	 * Makes sure that a delivery still is ours before it is begun. Costs nothing as long
	 * as it was renewed in time; a process that was frozen asks Redis, and waits for the
	 * answer.
	 */
	boolean confirm(InFlight work) {
		long lease = this.source.lease().toNanos();
		if (lease > 0 && !work.isLost() && System.nanoTime() - work.renewedAt() > lease) {
			try {
				renew(List.of(work)).join();
			}
			catch (RuntimeException ex) {
				logger.debug("Listener '{}' can't tell whether it still owns {}", this.listenerId, work.delivery(), ex);
				return false;
			}
		}
		return !work.isLost();
	}

}
