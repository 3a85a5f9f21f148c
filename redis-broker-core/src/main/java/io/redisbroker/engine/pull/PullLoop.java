package io.redisbroker.engine.pull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Outage;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;

/**
 * THE pull loop. It keeps one read waiting in Redis whenever there is room for more
 * messages, hands them to the workers and meanwhile reads ahead; no thread waits for it.
 * Beside that it renews the deliveries that this process holds, reclaims those of dead
 * consumers, and hands back those that wait here for too long.
 *
 * <p>
 * A failure pauses reading, with backoff, and never ends it. A loop whose source has a
 * consumer in Redis serves one period of reading, from a start or resume to the next
 * pause or stop. The next period has a loop and a consumer of its own, so that a late
 * step of this loop can't touch its deliveries.
 */
final class PullLoop implements InFlight.Holder {

	private final String listenerId;

	private final DeliverySource source;

	private final Workers workers;

	private final int lane;

	private final BrokerEvents events;

	private final HeldDeliveries held;

	private final KeepAlive keepAlive;

	private final SourceSettler settler;

	private final ReadHealth health;

	private final Opening opening;

	private final ReadAhead readAhead;

	private final Reclaiming reclaiming;

	private final HandingBack handingBack;

	private final Troubles troubles;

	/** The number of messages that loops of earlier periods still hold. */
	private final IntSupplier heldBefore;

	private final boolean settledByHand;

	private final Runnable endOnFree;

	private final AtomicBoolean reading = new AtomicBoolean();

	private final LoopState loop;

	private volatile Runnable endWakeUps = () -> {
	};

	PullLoop(String listenerId, DeliverySource source, Workers workers, int lane, int capacity, IntSupplier heldBefore,
			boolean settledByHand, ScheduledExecutorService timer, BrokerEvents events, Outage outage) {
		this.listenerId = listenerId;
		this.source = source;
		this.held = new HeldDeliveries(listenerId, source, capacity);
		this.troubles = new Troubles(listenerId, source.name(), events);
		this.settler = new SourceSettler(listenerId, source, this.troubles, timer, events, this::settled);
		this.workers = workers;
		this.lane = lane;
		this.heldBefore = heldBefore;
		this.settledByHand = settledByHand;
		this.loop = new LoopState(timer);
		this.events = events;
		this.health = new ReadHealth(listenerId, source, events, outage);
		this.opening = new Opening(source, this.loop, this.health, this::opened);
		this.readAhead = new ReadAhead(source, workers, lane, capacity, this::room);
		this.keepAlive = new KeepAlive(this.held, timer, this.troubles, this::tick);
		this.reclaiming = new Reclaiming(source, this.held, workers, this::room, this.troubles);
		this.handingBack = new HandingBack(listenerId, source, this.held, this.settler, workers);
		this.endOnFree = workers.onFree(this::workerIsFree);
	}

	/** Whether the source can be read. */
	ReadHealth health() {
		return this.health;
	}

	int heldCount() {
		return this.held.count();
	}

	/** Whether its deliveries belong to a consumer of its own in Redis. */
	boolean isOwner() {
		return !this.source.lease().isZero();
	}

	/** The reasons why messages are not read, reclaimed, renewed or settled now. */
	List<ListenerProblem> problems() {
		List<ListenerProblem> problems = new ArrayList<>(this.health.problems(this.reading.get()));
		problems.addAll(this.troubles.list());
		if (problems.isEmpty()) {
			problems.addAll(this.held.stalledBySettlement());
		}
		return problems;
	}

	/**
	 * Starts reading.
	 * @return completes when reading has begun, or is retried since Redis can't be
	 * reached; exceptionally when the listener can't work as configured
	 */
	CompletableFuture<Void> start() {
		this.readAhead.leaveNothing();
		return this.opening.start();
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
			this.endWakeUps = this.source.onWakeUp(this::reclaimSoon);
		}
		reclaimSoon();
	}

	/** Called from time to time, when all held deliveries have been renewed. */
	private void tick() {
		if (!this.loop.isRunning()) {
			this.handingBack.endIfGone();
		}
		else {
			CompletableFuture<List<InFlight>> overdue = this.handingBack.handBackOverdue(this);
			if (overdue != null) {
				this.readAhead.leaveToOthers();
				this.reclaiming.holdUpFor(overdue.thenAccept((kept) -> this.workers.offerAgain(this.lane, kept)))
					.thenRun(this::reclaimSoon);
			}
		}
		reclaimSoon();
	}

	/** Looks for messages that are due or abandoned as soon as there is room. */
	void reclaimSoon() {
		if (isOwner()) {
			this.reclaiming.want();
		}
		pump();
	}

	private void pump() {
		pump(false);
	}

	/**
	 * Reads, and reclaims if that is wanted, as far as there is room. Cheap to call.
	 * @param workEnded whether a worker ends its work at this moment
	 */
	private void pump(boolean workEnded) {
		if (!this.loop.isRunning()) {
			return;
		}
		if (this.reclaiming.isWanted()) {
			reclaim(workEnded);
		}
		if (this.reclaiming.holdsUpReading() || this.loop.isPausing() || this.reading.get() || !this.readAhead.isDue()
				|| !this.reading.compareAndSet(false, true)) {
			return;
		}
		long asked = System.nanoTime();
		this.health.asked(asked);
		int max = Math.max(1, room());
		read(max).whenComplete((deliveries, failure) -> received(deliveries, failure, max, asked));
	}

	private CompletableFuture<List<Delivery>> read(int max) {
		// deliveries are held until they are settled, so all that have arrived are known
		return this.source.mustRecover() ? this.source.recover(this.held.deliveries(), max) : this.source.receive(max);
	}

	private int room() {
		return this.held.room() - this.heldBefore.getAsInt();
	}

	private void received(@Nullable List<Delivery> reply, @Nullable Throwable failure, int max, long asked) {
		if (failure != null) {
			this.opening.retry(failure, this::pump);
			this.reading.set(false);
			if (!this.loop.isPausing()) {
				// it was started again meanwhile
				pump();
			}
			return;
		}
		List<Delivery> deliveries = (reply != null) ? reply : List.of();
		try {
			arrived(deliveries, asked);
			this.readAhead.answered(deliveries.size(), max);
		}
		finally {
			// only now: the next read may recover a lost reply, and must know of these
			this.reading.set(false);
		}
		if (this.readAhead.goesOn()) {
			pump();
		}
	}

	private void workerIsFree() {
		if (this.readAhead.leavesToOthers() || this.reclaiming.isWanted()) {
			this.readAhead.leaveNothing();
			pump(true);
		}
	}

	private void arrived(List<Delivery> deliveries, long asked) {
		boolean recovered = this.health.succeeded();
		List<InFlight> work = hold(deliveries, asked);
		if (work != null) {
			this.workers.offer(this.lane, work);
		}
		else {
			this.settler.handBack(deliveries);
		}
		if (recovered) {
			// messages may have become due
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

	private void settled(InFlight work) {
		boolean roomier = this.held.remove(work);
		if (work.isAbandoned()) {
			// makes room for other abandoned ones
			this.reclaiming.wantMore(work.isSuspect());
		}
		if (!this.loop.isRunning()) {
			this.handingBack.endIfGone();
		}
		else if (roomier || work.isAbandoned()) {
			pump();
		}
	}

	/**
	 * Hands back deliveries that were not decoded, and come before newer ones.
	 * @param unread the deliveries, also those of other loops
	 * @return those that this loop does not hand back
	 */
	List<InFlight> handBackUnread(List<InFlight> unread) {
		List<InFlight> mine = isOwner() ? unread.stream().filter((each) -> each.holder() == this).toList() : List.of();
		if (mine.isEmpty()) {
			return unread;
		}
		// held up first: with the room that is given back newer messages could be read
		CompletableFuture<Void> handedBack = new CompletableFuture<>();
		this.reclaiming.holdUpFor(handedBack).thenRun(this::pump);
		this.handingBack.handBack(mine).whenComplete((nothing, failure) -> handedBack.complete(null));
		return unread.stream().filter((each) -> each.holder() != this).toList();
	}

	@Override
	public boolean confirm(InFlight work) {
		return this.held.confirm(work);
	}

	/** In one step, so that a loop which stops knows all deliveries that it holds. */
	private synchronized @Nullable List<InFlight> hold(List<Delivery> deliveries, long asked) {
		return (this.loop.isRunning() || !isOwner()) ? this.held.hold(deliveries, this, this.settler, asked) : null;
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
			// this consumer has left, and would keep them for the whole reclaim delay
			this.settler.handBack(deliveries);
		}
		else if (!work.isEmpty()) {
			// a delayed message, or one handed back unseen, comes for the first time
			this.events.reclaimed(this.listenerId,
					fresh.stream().filter((delivery) -> delivery.deliveryCount() > 1).toList());
			this.workers.offerAgain(this.lane, work);
		}
	}

	/** Reads no more; the deliveries that are held are renewed until {@link #end}. */
	synchronized CompletableFuture<Void> stopReading() {
		this.loop.stop();
		this.endWakeUps.run();
		return this.source.close();
	}

	/** Hands back those of the unstarted deliveries that are this loop's. */
	CompletableFuture<Void> handBack(Collection<InFlight> unstarted) {
		return this.handingBack.leave(this, unstarted, this.health);
	}

	/**
	 * Never reads again. The loop stays until all its deliveries are settled, then it
	 * removes its consumer from Redis and ends.
	 * @param gone called then
	 */
	void retire(Runnable gone) {
		this.handingBack.onGone(() -> {
			end();
			gone.run();
		});
	}

	void end() {
		this.keepAlive.end();
		this.settler.close();
		this.endOnFree.run();
	}

}
