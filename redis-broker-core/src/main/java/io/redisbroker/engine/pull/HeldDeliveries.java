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
 * The deliveries of one source that this process holds: they wait for a worker, are
 * handled, or are being settled. As long as a delivery is renewed no other consumer
 * reclaims it, however long its handling takes. Thread-safe.
 */
final class HeldDeliveries {

	private static final Logger logger = LoggerFactory.getLogger(HeldDeliveries.class);

	private final String listenerId;

	private final DeliverySource source;

	private final int capacity;

	private final Set<InFlight> held = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	/** The number of them that are not being settled. */
	private final AtomicInteger unsettled = new AtomicInteger();

	/** Unowned deliveries are counted, not renewed. */
	private final boolean keptAlive;

	/**
	 * Holds nothing yet.
	 * @param listenerId the listener
	 * @param source the source of the deliveries
	 * @param capacity how many may be held that are not being settled
	 */
	HeldDeliveries(String listenerId, DeliverySource source, int capacity) {
		this.listenerId = listenerId;
		this.source = source;
		this.capacity = capacity;
		this.keptAlive = !source.lease().isZero();
	}

	/**
	 * Holds deliveries.
	 * @param deliveries the deliveries
	 * @param holder the loop that holds them
	 * @param settler settles them
	 * @param asked when they were asked for: Redis may have handed them out since then
	 * @return the deliveries that are held
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
	 * Gives the room of a delivery that is being settled to the next one; returns whether
	 * it had it until now.
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
	 * Returns the room for more deliveries. Beside the capacity, as many deliveries may
	 * be in settlement, so that reading need not wait for each settlement, and yet stops
	 * when Redis carries out none.
	 */
	int room() {
		return Math.min(this.capacity - this.unsettled.get(), 2 * this.capacity - this.count.get());
	}

	/**
	 * Returns how many deliveries may be reclaimed.
	 * @param most how many at most
	 * @param atOnce how many are begun at the same time
	 * @param overdue for how long they must have been due or abandoned
	 */
	ReclaimRoom roomToReclaim(int most, int atOnce, Duration overdue) {
		// a call that was given up keeps its worker, which begins no other message
		int abandoned = (int) this.held.stream()
			.filter((each) -> each.isGivenUp() || (each.isAbandoned() && !each.isFinished()))
			.count();
		boolean suspect = this.held.stream()
			.anyMatch((each) -> each.isSuspect() && !each.isGivenUp() && !each.isFinished());
		return new ReclaimRoom(most, Math.max(0, atOnce - abandoned), suspect ? 0 : 1, overdue.toMillis());
	}

	/**
	 * The problem that no message can be read, since all held ones wait for settlement.
	 */
	List<ListenerProblem> stalledBySettlement() {
		if (room() > 0) {
			return List.of();
		}
		long waiting = this.held.stream().filter(InFlight::isFinished).count();
		long oldest = this.held.stream().mapToLong(InFlight::waitingSince).min().orElse(System.nanoTime());
		Duration age = Duration.ofNanos(System.nanoTime() - oldest);
		return (waiting < count() || age.compareTo(this.source.lease()) < 0) ? List.of()
				: List.of(new ListenerProblem(ListenerProblem.Kind.STALL, this.source.name(),
						"The listener reads no more messages: it has handled " + waiting
								+ " and settled none of them, and may hold no more",
						age));
	}

	Collection<Delivery> deliveries() {
		return this.held.stream().map(InFlight::delivery).toList();
	}

	/** Renews the deliveries whose last renewal is older than a third of the lease. */
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
				// a delivery that was renewed in time can't have been settled by another
				// consumer: its group was deleted
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

	/** Another consumer owns it; here it is held until its worker ends. */
	private void markLost(InFlight work) {
		work.markLost();
		if (work.isFinished() && !work.isSettled()) {
			remove(work);
		}
	}

	/**
	 * Recognises deliveries that this process holds already: after a pause of Redis it
	 * may reclaim its own ones, which then count as delivered once more.
	 * @param deliveries reclaimed deliveries
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
			// a settled one may be back already while its batch is being settled; one
			// that
			// was given up is for another worker
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
	 * Makes sure that a delivery still is ours before it is begun. Asks Redis, and waits
	 * for the answer, only when the last renewal is too old, as after a freeze of this
	 * process.
	 */
	boolean confirm(InFlight work) {
		long lease = this.source.lease().toNanos();
		if (lease > 0 && !work.isLost() && System.nanoTime() - work.renewedAt() > lease) {
			try {
				renew(List.of(work)).join();
			}
			catch (RuntimeException ex) {
				logger.debug("Listener '{}' skips {}, since Redis did not confirm that it still owns it",
						this.listenerId, work.delivery(), ex);
				return false;
			}
		}
		return !work.isLost();
	}

}
