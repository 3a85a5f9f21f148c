package io.redisbroker.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.message.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process holds of one source, waiting for a worker or being handled, and keeps
 * alive: as long as it is renewed nobody takes it over, however long the work lasts.
 */
final class HeldDeliveries {

	private static final Logger logger = LoggerFactory.getLogger(HeldDeliveries.class);

	private final String listenerId;

	private final DeliverySource source;

	private final Set<InFlight> held = ConcurrentHashMap.newKeySet();

	private final AtomicInteger count = new AtomicInteger();

	/** Otherwise they are nobody's, and only have to be counted. */
	private final boolean keptAlive;

	HeldDeliveries(String listenerId, DeliverySource source) {
		this.listenerId = listenerId;
		this.source = source;
		this.keptAlive = !source.lease().isZero();
	}

	void add(Collection<InFlight> work) {
		this.count.addAndGet(work.size());
		if (this.keptAlive) {
			this.held.addAll(work);
		}
	}

	void remove(InFlight work) {
		if (!this.keptAlive || this.held.remove(work)) {
			this.count.decrementAndGet();
		}
	}

	int count() {
		return this.count.get();
	}

	/**
	 * Tells what may be taken over besides.
	 * @param capacity how many are held at most
	 * @param atOnce how many are begun at the same time
	 */
	ReclaimRoom roomToReclaim(int capacity, int atOnce) {
		// a call that was given up keeps its worker, which begins nothing else
		int abandoned = (int) this.held.stream().filter((each) -> each.isAbandoned() || each.isGivenUp()).count();
		boolean suspect = this.held.stream().anyMatch((each) -> each.isSuspect() && !each.isGivenUp());
		return new ReclaimRoom(capacity - count(), Math.max(0, atOnce - abandoned), suspect ? 0 : 1);
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
					each.markLost();
				}
				else {
					each.renewed(now);
				}
			}
		});
	}

	/**
	 * Recognises what this process holds already: after a pause of Redis it may take over
	 * its own deliveries, which then count as delivered once more.
	 * @param deliveries what was taken over
	 * @return those that are new here
	 */
	List<Delivery> adopt(List<Delivery> deliveries) {
		Map<String, InFlight> byName = new HashMap<>();
		this.held.forEach((each) -> byName.put(each.delivery().toString(), each));
		List<Delivery> fresh = new ArrayList<>();
		for (Delivery delivery : deliveries) {
			InFlight own = byName.get(delivery.toString());
			// what was settled may have come back already, while the rest of its batch is
			// being settled; what was given up is for another worker
			if (own == null || own.isSettled() || own.isGivenUp()) {
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
