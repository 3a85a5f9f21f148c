package io.redisbroker.engine.pull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Outage;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;

/**
 * THE pull loop. It keeps one read waiting in Redis whenever there is room for the
 * messages that it may bring, hands them to the workers and meanwhile reads ahead; no
 * thread waits for it. Where Redis has no more than it gave and all workers are busy, it
 * reads on when one is free. Beside that it renews the deliveries that this process
 * holds, reclaims those that others left, and hands back those that wait here for too
 * long.
 *
 * <p>
 * A failure pauses reading, with backoff, and never ends it. A loop whose source has a
 * name in Redis serves one period of reading, from a start or resume to the next pause or
 * stop: the next period has a loop and a name of its own, so that nothing which this one
 * still does can touch the deliveries of the next.
 */
final class PullLoop implements InFlight.Holder {

	private final String listenerId;

	private final DeliverySource source;

	private final Workers workers;

	private final int lane;

	private final int capacity;

	private final BrokerEvents events;

	private final HeldDeliveries held;

	private final KeepAlive keepAlive;

	private final ReportedSettlement settlement;

	private final Reading state;

	private final Reclaiming reclaiming;

	private final Goodbye goodbye;

	private final Troubles troubles;

	/** How many messages loops of earlier periods still hold. */
	private final IntSupplier heldBefore;

	private final boolean settledByHand;

	private final Runnable endOnFree;

	private final AtomicBoolean reading = new AtomicBoolean();

	private final LoopState loop;

	/** Redis has given all it had, and no worker could begin more. */
	private volatile boolean waitsForWorker;

	private volatile Runnable endWakeUps = () -> {
	};

	PullLoop(String listenerId, DeliverySource source, Workers workers, int lane, int capacity, IntSupplier heldBefore,
			boolean settledByHand, ScheduledExecutorService timer, BrokerEvents events, Outage outage) {
		this.listenerId = listenerId;
		this.source = source;
		this.held = new HeldDeliveries(listenerId, source, capacity);
		this.troubles = new Troubles(listenerId, source.name(), events);
		this.settlement = new ReportedSettlement(listenerId, source, this.troubles, timer, events);
		this.workers = workers;
		this.lane = lane;
		this.capacity = capacity;
		this.heldBefore = heldBefore;
		this.settledByHand = settledByHand;
		this.loop = new LoopState(timer);
		this.events = events;
		this.state = new Reading(listenerId, source, events, outage);
		this.keepAlive = new KeepAlive(this.held, timer, this.troubles, this::tick);
		this.reclaiming = new Reclaiming(source, this.held, workers, this::room, this.troubles);
		this.goodbye = new Goodbye(listenerId, source, this.held, this.settlement, workers);
		this.endOnFree = workers.onFree(this::workerIsFree);
	}

	@Override
	public String listenerId() {
		return this.listenerId;
	}

	/** Whether the source can be read. */
	Reading state() {
		return this.state;
	}

	int heldCount() {
		return this.held.count();
	}

	/** Whether its deliveries belong to it in Redis, under a name of their own. */
	boolean isOwner() {
		return !this.source.lease().isZero();
	}

	/** What keeps this loop from its work. */
	List<ListenerProblem> problems() {
		List<ListenerProblem> problems = new ArrayList<>(this.state.problems(this.reading.get()));
		problems.addAll(this.troubles.list());
		if (problems.isEmpty()) {
			problems.addAll(this.held.stalledBySettlement());
		}
		return problems;
	}

	/**
	 * Starts reading.
	 * @return completes when reading has begun, or is tried again since Redis can't be
	 * reached; exceptionally when the listener can't work as configured
	 */
	CompletableFuture<Void> start() {
		this.state.starting();
		this.waitsForWorker = false;
		return open(this.loop.start());
	}

	private CompletableFuture<Void> open(int start) {
		return this.source.open().handle((nothing, failure) -> {
			if (failure == null) {
				this.state.opened();
				opened(start);
			}
			else if (this.loop.isCurrent(start)) {
				if (Failures.unwrap(failure) instanceof BrokerConfigurationException invalid) {
					this.loop.stop();
					this.state.gaveUp(invalid);
					throw invalid;
				}
				failed(failure, () -> open(start));
			}
			return null;
		});
	}

	private synchronized void opened(int start) {
		if (!this.loop.isCurrent(start)) {
			if (!this.loop.isRunning()) {
				this.source.close();
			}
			return;
		}
		if (isOwner()) {
			this.keepAlive.start(this.source.lease());
			this.endWakeUps.run();
			this.endWakeUps = this.source.onWakeUp(this::lookForLeftovers);
		}
		lookForLeftovers();
	}

	/** From time to time, when all that is held has been renewed. */
	private void tick() {
		if (!this.loop.isRunning()) {
			this.goodbye.endIfGone();
		}
		else {
			CompletableFuture<List<InFlight>> handingBack = this.goodbye.handBackOverdue(this);
			if (handingBack != null) {
				this.waitsForWorker = !this.workers.isAnyFree();
				this.reclaiming.holdUpFor(handingBack.thenAccept((kept) -> this.workers.offerAgain(this.lane, kept)))
					.thenRun(this::lookForLeftovers);
			}
		}
		lookForLeftovers();
	}

	void lookForLeftovers() {
		if (isOwner()) {
			this.reclaiming.want();
		}
		pump();
	}

	private void pump() {
		pump(false);
	}

	/**
	 * Reads, and reclaims where that is wanted, as far as there is room. Cheap to call.
	 * @param workEnded whether a worker ends its work at this moment
	 */
	private void pump(boolean workEnded) {
		if (!this.loop.isRunning()) {
			return;
		}
		if (this.reclaiming.isWanted()) {
			reclaim(workEnded);
		}
		if (this.reclaiming.holdsUpReading() || this.loop.isPausing() || leavesToOthers() || this.reading.get()
				|| !worthReading() || !this.reading.compareAndSet(false, true)) {
			return;
		}
		long asked = System.nanoTime();
		this.state.asked(asked);
		int max = Math.max(1, room());
		this.source.receive(max, this.held::deliveries)
			.whenComplete((deliveries, failure) -> received(deliveries, failure, max, asked));
	}

	private int room() {
		return this.held.room() - this.heldBefore.getAsInt();
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
			if (!this.loop.isPausing()) {
				// it was started anew meanwhile
				pump();
			}
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

	private boolean isForOthers(int brought, int max) {
		// listeners with priorities choose among the messages that they hold
		return this.source.isDrained(brought, max) && !this.workers.chooseAmongSources();
	}

	/** Lost replies are recovered by reading, and nothing is reclaimed before that. */
	private boolean leavesToOthers() {
		return this.waitsForWorker && !this.source.isCatchingUp();
	}

	private void workerIsFree() {
		if (this.waitsForWorker || this.reclaiming.isWanted()) {
			this.waitsForWorker = false;
			pump(true);
		}
	}

	private void arrived(List<Delivery> deliveries, long asked) {
		boolean recovered = this.state.succeeded();
		List<InFlight> work = hold(deliveries, asked);
		if (work != null) {
			this.workers.offer(this.lane, work);
		}
		else {
			this.settlement.handBack(deliveries);
		}
		if (recovered) {
			// something may have become due
			this.keepAlive.now();
		}
	}

	@Override
	public void finished(InFlight work) {
		work.markFinished();
		if (work.isSettled()) {
			this.held.settling(work);
			pump();
		}
		else if (!this.settledByHand || !work.isBegun() || work.isLost()) {
			settled(work);
		}
		else if (work.isAbandoned()) {
			this.reclaiming.wantMore(work.isSuspect());
			pump();
		}
	}

	@Override
	public void settled(InFlight work) {
		boolean roomier = this.held.remove(work);
		if (work.isAbandoned()) {
			// makes room for others like it
			this.reclaiming.wantMore(work.isSuspect());
		}
		if (!this.loop.isRunning()) {
			this.goodbye.endIfGone();
		}
		else if (roomier || work.isAbandoned()) {
			pump();
		}
	}

	@Override
	public boolean giveBack(List<InFlight> unread) {
		return isOwner() && this.goodbye.giveBack(unread, this.reclaiming);
	}

	@Override
	public boolean confirm(InFlight work) {
		return this.held.confirm(work);
	}

	/** In one step, so that a loop which stops knows of all that it holds. */
	private synchronized @Nullable List<InFlight> hold(List<Delivery> deliveries, long asked) {
		return (this.loop.isRunning() || !isOwner()) ? this.held.hold(deliveries, this, asked) : null;
	}

	private void failed(Throwable failure, Runnable again) {
		if (this.loop.isRunning()) {
			this.loop.pause(Backoff.RECONNECT.delay(this.state.failed(failure)), again);
		}
	}

	private void reclaim(boolean workEnded) {
		CompletableFuture<Void> end = this.reclaiming.begin(workEnded, this.loop::isRunning, this::reclaimed);
		if (end != null) {
			end.whenComplete((nothing, failure) -> {
				if (failure != null) {
					this.keepAlive.againIfTransient(failure);
				}
				pump();
			});
		}
	}

	private void reclaimed(List<Delivery> deliveries, long asked) {
		List<Delivery> fresh = deliveries.isEmpty() ? deliveries : this.held.adopt(deliveries);
		List<InFlight> work = hold(fresh, asked);
		if (work == null) {
			// this name has left, and would hold them for the whole reclaim delay
			this.settlement.handBack(deliveries);
		}
		else if (!work.isEmpty()) {
			// a delayed message, or one handed back unseen, comes for the first time
			this.events.reclaimed(this.listenerId,
					fresh.stream().filter((delivery) -> delivery.deliveryCount() > 1).toList());
			this.workers.offerAgain(this.lane, work);
		}
	}

	@Override
	public InFlight.Settling settling() {
		return this.settlement;
	}

	/** Reads no more; the deliveries that are held are renewed until {@link #end}. */
	synchronized CompletableFuture<Void> stopReading() {
		this.loop.stop();
		this.endWakeUps.run();
		return this.source.close();
	}

	/** Hands back those of the unstarted deliveries that are this loop's. */
	CompletableFuture<Void> handBack(Collection<InFlight> unstarted) {
		return this.goodbye.leave(this, unstarted, this.state);
	}

	/**
	 * Never reads again. The loop stays until all its deliveries are settled, then it
	 * removes its name from Redis and ends.
	 */
	void retire(Runnable gone) {
		this.goodbye.onGone(() -> {
			end();
			gone.run();
		});
	}

	void end() {
		this.keepAlive.end();
		this.settlement.end();
		this.endOnFree.run();
	}

}
