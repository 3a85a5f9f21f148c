package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.redisbroker.client.RedisErrorException;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * THE pull loop. It keeps one read waiting in Redis whenever there is room for what it
 * may bring, hands what comes to the workers and meanwhile reads ahead; no thread waits
 * for it. Where Redis has no more than it gave and all workers are busy, it reads on when
 * one is free. Beside that it keeps alive what this process holds, and looks for what
 * others left.
 *
 * <p>
 * A failure pauses reading, with backoff, and never ends it.
 */
final class PullLoop implements InFlight.Holder {

	private final String listenerId;

	private final DeliverySource source;

	private final Workers workers;

	private final int lane;

	private final int capacity;

	private final ScheduledExecutorService timer;

	private final BrokerEvents events;

	private final HeldDeliveries held;

	private final KeepAlive keepAlive;

	private final ReportedSettlement settlement;

	private final RepeatedFailure reclaimFailure;

	private final Reading state;

	private final AtomicBoolean reading = new AtomicBoolean();

	private final AtomicBoolean reclaiming = new AtomicBoolean();

	private volatile boolean running;

	/** Reading waits until its backoff is over, whatever else gives reason to read. */
	private volatile boolean backingOff;

	/** Redis has given all it had, and nobody here could begin more. */
	private volatile boolean waitsForWorker;

	private volatile boolean reclaimWanted;

	private final AtomicBoolean lookAnew = new AtomicBoolean();

	private volatile Runnable endWakeUps = () -> {
	};

	PullLoop(String listenerId, DeliverySource source, Workers workers, int lane, int capacity,
			ScheduledExecutorService timer, BrokerEvents events) {
		this.listenerId = listenerId;
		this.source = source;
		this.held = new HeldDeliveries(listenerId, source);
		this.settlement = new ReportedSettlement(listenerId, source, events);
		this.workers = workers;
		this.lane = lane;
		this.capacity = capacity;
		this.timer = timer;
		this.events = events;
		this.reclaimFailure = new RepeatedFailure(Level.WARN, "Listener '" + listenerId
				+ "' can't take over what others left in " + source.name() + ", nor what is due");
		this.state = new Reading(listenerId, source, events);
		this.keepAlive = new KeepAlive(listenerId, this.held, timer, this::lookForLeftovers);
		workers.onFree(this::workerIsFree);
	}

	DeliverySource source() {
		return this.source;
	}

	@Override
	public String listenerId() {
		return this.listenerId;
	}

	/** Whether the source can be read. */
	Reading state() {
		return this.state;
	}

	/**
	 * Starts reading.
	 * @return completes when reading has begun, or when Redis can't be reached for now
	 * and the loop goes on trying; exceptionally when the listener can't work as
	 * configured
	 */
	CompletableFuture<Void> start() {
		this.state.starting();
		this.waitsForWorker = false;
		this.running = true;
		return open();
	}

	private CompletableFuture<Void> open() {
		if (!this.running) {
			return CompletableFuture.completedFuture(null);
		}
		return this.source.open().handle((nothing, failure) -> {
			if (failure == null) {
				opened();
			}
			else if (RedisErrorException.unwrap(failure) instanceof BrokerConfigurationException invalid) {
				this.running = false;
				this.state.gaveUp(invalid);
				throw invalid;
			}
			else {
				failed(failure, this::open);
			}
			return null;
		});
	}

	/** Also for another time, after a pause, in which what runs was kept alive. */
	private synchronized void opened() {
		if (!this.running) {
			return;
		}
		if (!this.source.lease().isZero()) {
			this.keepAlive.start(this.source.lease());
			this.endWakeUps.run();
			this.endWakeUps = this.source.onWakeUp(this::lookForLeftovers);
		}
		lookForLeftovers();
	}

	private void lookForLeftovers() {
		boolean canBeLeft = !this.source.lease().isZero();
		this.lookAnew.set(canBeLeft);
		this.reclaimWanted = canBeLeft;
		pump();
	}

	/**
	 * Reads, and reclaims where that is wanted, as far as there is room. Cheap to call.
	 */
	private void pump() {
		if (!this.running) {
			return;
		}
		if (this.reclaimWanted) {
			reclaim();
		}
		if (this.reclaiming.get() && this.source.isCatchingUp()) {
			return;
		}
		if (this.backingOff || leavesToOthers() || this.reading.get() || !worthReading()
				|| !this.reading.compareAndSet(false, true)) {
			return;
		}
		long asked = System.nanoTime();
		int max = Math.max(1, room());
		this.source.receive(max, this.held::deliveries)
			.whenComplete((deliveries, failure) -> received(deliveries, failure, max, asked));
	}

	private int room() {
		return this.capacity - this.held.count();
	}

	/** Small reads cost as much as large ones: read ahead in halves of the capacity. */
	private boolean worthReading() {
		int room = room();
		return room > 0 && (room * 2 >= this.capacity || !this.workers.hasWaiting(this.lane));
	}

	private void received(@Nullable List<Delivery> reply, @Nullable Throwable failure, int max, long asked) {
		if (failure != null) {
			failed(failure, this::pump);
			this.reading.set(false);
			return;
		}
		List<Delivery> deliveries = (reply != null) ? reply : List.of();
		try {
			arrived(deliveries, asked);
			this.waitsForWorker = isForOthers(deliveries.size(), max);
		}
		finally {
			// only now: the next read may look for what got lost, and must know of these
			this.reading.set(false);
		}
		if (!this.waitsForWorker || this.workers.isAnyFree()) {
			this.waitsForWorker = false;
			pump();
		}
	}

	/**
	 * Where Redis has no more, what comes while all workers are busy is for who can begin
	 * it. A read that waited would take it from idle instances, and be in the way of the
	 * worker that is waking up. But who chooses among sources has to know what each has.
	 */
	private boolean isForOthers(int brought, int max) {
		return this.source.isDrained(brought, max) && !this.workers.chooseAmongSources();
	}

	/** What got lost is looked for by reading, and nothing is reclaimed before that. */
	private boolean leavesToOthers() {
		return this.waitsForWorker && !this.source.isCatchingUp();
	}

	private void workerIsFree() {
		if (this.waitsForWorker) {
			this.waitsForWorker = false;
			pump();
		}
	}

	private void arrived(List<Delivery> deliveries, long asked) {
		boolean recovered = this.state.succeeded();
		// what arrives while the loop stops is handed back, if anybody else can get it
		if (this.running || this.source.lease().isZero()) {
			this.workers.offer(this.lane, hold(deliveries, asked));
		}
		if (recovered) {
			// something may have become due
			this.keepAlive.now();
		}
	}

	/** Redis may have handed them over at any time since they were asked for. */
	private List<InFlight> hold(List<Delivery> deliveries, long asked) {
		List<InFlight> work = new ArrayList<>(deliveries.size());
		deliveries.forEach((delivery) -> work.add(new InFlight(delivery, this, asked)));
		this.held.add(work);
		return work;
	}

	@Override
	public void finished(InFlight work) {
		this.held.remove(work);
		if (work.isAbandoned()) {
			// makes room for others like it
			this.lookAnew.compareAndSet(false, work.isSuspect());
			this.reclaimWanted = true;
		}
		pump();
	}

	@Override
	public boolean confirm(InFlight work) {
		return this.held.confirm(work);
	}

	private void failed(Throwable failure, Runnable again) {
		if (!this.running) {
			return;
		}
		this.backingOff = true;
		int attempt = this.state.failed(failure);
		this.timer.schedule(() -> {
			this.backingOff = false;
			again.run();
		}, Backoff.RECONNECT.delay(attempt).toMillis(), TimeUnit.MILLISECONDS);
	}

	private void reclaim() {
		if (room() <= 0 || !this.reclaiming.compareAndSet(false, true)) {
			return;
		}
		// only now: it looks at all that is held, and this is called for every message
		ReclaimRoom room = this.held.roomToReclaim(this.capacity, this.workers.atOnce());
		if (room.most() <= 0) {
			this.reclaiming.set(false);
			return;
		}
		this.reclaimWanted = false;
		boolean anew = this.lookAnew.getAndSet(false);
		// what is on its way to being settled must not be taken for left over
		this.source.settlement().settled().thenCompose((nothing) -> {
			long asked = System.nanoTime();
			return this.running
					? this.source.reclaim(room, anew).thenAccept((deliveries) -> reclaimed(deliveries, asked))
					: CompletableFuture.completedFuture(null);
		}).whenComplete((nothing, failure) -> {
			this.reclaiming.set(false);
			if (failure != null) {
				this.reclaimFailure.failed(failure);
				this.keepAlive.againIfTransient(failure);
			}
			else if (anew) {
				this.reclaimFailure.succeeded();
			}
			pump();
		});
	}

	private void reclaimed(List<Delivery> deliveries, long asked) {
		if (!deliveries.isEmpty() && this.running) {
			List<Delivery> fresh = this.held.adopt(deliveries);
			// a delayed message, or one that was handed back unseen, comes for the first
			// time
			this.events.reclaimed(this.listenerId,
					fresh.stream().filter((delivery) -> delivery.deliveryCount() > 1).toList());
			this.reclaimWanted = true;
			this.workers.offerAgain(this.lane, hold(fresh, asked));
		}
	}

	@Override
	public void acknowledge(InFlight work) {
		this.settlement.acknowledge(work);
	}

	@Override
	public void acknowledged(InFlight work, boolean ours, @Nullable Throwable failure) {
		this.settlement.acknowledged(work, ours, failure);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return this.settlement.retry(delivery, after);
	}

	@Override
	public CompletableFuture<Boolean> release(Delivery delivery) {
		return this.settlement.release(delivery);
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return this.settlement.deadLetter(delivery, letter);
	}

	/** Reads no more; what is held stays alive until {@link #leave}. */
	CompletableFuture<Void> stopReading() {
		this.running = false;
		this.endWakeUps.run();
		return this.source.close();
	}

	/** Hands back what was not begun and is ours. */
	CompletableFuture<Void> handBack(Collection<InFlight> unstarted) {
		List<Delivery> mine = unstarted.stream().filter((each) -> each.holder() == this).map((each) -> {
			this.held.remove(each);
			return each.delivery();
		}).toList();
		// taken before waiting: what ends meanwhile is settled by itself and must not be
		// handed back
		Collection<Delivery> running = this.held.deliveries();
		return this.source.settlement()
			.settled()
			.thenCompose((nothing) -> this.source.settlement().leave(mine, running));
	}

	void end() {
		this.keepAlive.end();
	}

}
