package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.redisbroker.listener.ListenerEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands waiting deliveries to at most {@code concurrency} workers. A worker takes a
 * thread only while deliveries wait, so that an idle listener occupies none; no thread is
 * started per message. The caller bounds the backlog. Thread-safe.
 */
public final class Workers {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private final WaitingLine waiting;

	private final AtomicInteger active = new AtomicInteger();

	private final List<Runnable> onFree = new CopyOnWriteArrayList<>();

	private final WorkerThreads threads;

	private final RunningCalls calls;

	private final int concurrency;

	private final int atOnce;

	private final Consumer<RunningCall> task;

	private volatile boolean paused;

	private volatile CompletableFuture<Void> quiet = new CompletableFuture<>();

	/**
	 * Creates workers, as many as the listener's concurrency allows.
	 * @param endpoint the listener
	 * @param executor runs them
	 * @param timer for the time limit of calls
	 * @param waiting the line in which deliveries wait
	 * @param task handles deliveries; throws nothing
	 */
	public Workers(ListenerEndpoint endpoint, Executor executor, ScheduledExecutorService timer, WaitingLine waiting,
			Consumer<RunningCall> task) {
		this.waiting = waiting;
		this.threads = new WorkerThreads(endpoint.id(), executor, timer, this::startAgain);
		this.calls = new RunningCalls(new CallWatch(endpoint), timer);
		this.concurrency = endpoint.settings().concurrency();
		this.atOnce = endpoint.handler().isBatch() ? endpoint.settings().batchSize() : 1;
		this.task = task;
	}

	public void offer(int lane, Collection<InFlight> deliveries) {
		if (deliveries.isEmpty()) {
			return;
		}
		this.waiting.add(lane, deliveries);
		startWorkers(deliveries.size());
	}

	/** Adds a delivery that may wait until {@link #start} is called. */
	public void add(int lane, InFlight delivery) {
		this.waiting.add(lane, delivery);
	}

	/** Starts as many workers as the waiting deliveries need. */
	public void start() {
		startWorkers(this.waiting.size());
	}

	/** Offers redelivered messages, which come first. */
	public void offerAgain(int lane, Collection<InFlight> deliveries) {
		this.waiting.addAgain(lane, deliveries);
		startWorkers(deliveries.size());
	}

	/** How many deliveries a worker takes at once. */
	public int perWorker() {
		return this.atOnce;
	}

	/** How many deliveries are begun at the same time. */
	public int atOnce() {
		return this.concurrency * this.atOnce;
	}

	/**
	 * Calls back whenever a worker is done with its deliveries, and when it ends.
	 * @param listener returns soon and throws nothing
	 * @return ends the calls
	 */
	public Runnable onFree(Runnable listener) {
		this.onFree.add(listener);
		return () -> this.onFree.remove(listener);
	}

	/**
	 * Tells whether a worker could begin a message at once. A caller that finds none and
	 * then waits misses no call of {@link #onFree}.
	 */
	public boolean isAnyFree() {
		return this.active.get() < this.concurrency;
	}

	/** Tells whether sources have priorities. */
	public boolean chooseAmongSources() {
		return this.waiting.hasLanes();
	}

	private void startWorkers(int deliveries) {
		int wanted = Math.min(this.concurrency, (deliveries + this.atOnce - 1) / this.atOnce);
		for (int i = 0; i < wanted; i++) {
			startWorker();
		}
	}

	public boolean hasWaiting(int lane) {
		return this.waiting.isWaiting(lane);
	}

	public int waiting() {
		return this.waiting.size();
	}

	/** Removes the delivery that waits longest, if there is one. */
	public @Nullable InFlight dropOldest() {
		return this.waiting.poll();
	}

	/** Begins no more messages; those being handled go on. */
	public void pause() {
		this.paused = true;
	}

	/** Goes on after a pause. */
	public void resume() {
		this.paused = false;
		start();
	}

	/** Removes the waiting deliveries. */
	public List<InFlight> drain() {
		List<InFlight> rest = new ArrayList<>();
		InFlight next;
		while ((next = this.waiting.poll()) != null) {
			rest.add(next);
		}
		return rest;
	}

	/**
	 * Removes the waiting deliveries of a holder, if one of them has waited too long.
	 * Cheap where none has.
	 * @param holder the holder
	 * @param longest the time that is not too long
	 * @return the deliveries, the oldest first; empty when none has waited too long
	 */
	public List<InFlight> takeBack(InFlight.Holder holder, Duration longest) {
		return this.waiting.takeBack(holder, System.nanoTime() - longest.toNanos());
	}

	/** The time that the longest call under way has taken; {@code null} without calls. */
	public @Nullable Duration longestCall() {
		return this.calls.longest();
	}

	/** Completes when no worker is busy, and no delivery waits that one could begin. */
	public CompletableFuture<Void> quiet() {
		this.quiet = new CompletableFuture<>();
		checkQuiet();
		return this.quiet;
	}

	private void checkQuiet() {
		if (this.active.get() == 0 && (this.paused || this.waiting.isEmpty())) {
			this.quiet.complete(null);
		}
	}

	/** Interrupts the calls under way, but only threads that are the workers' own. */
	public void interrupt() {
		this.calls.interrupt();
	}

	private void startAgain() {
		if (!this.paused) {
			start();
		}
	}

	private void startWorker() {
		if (!enlist()) {
			return;
		}
		Worker worker = new Worker();
		if (!this.threads.start(worker)) {
			worker.leave();
			checkQuiet();
		}
		worker.started();
	}

	/** Counts one more worker, unless there are enough. */
	private boolean enlist() {
		int running;
		do {
			running = this.active.get();
			if (running >= this.concurrency) {
				return false;
			}
		}
		while (!this.active.compareAndSet(running, running + 1));
		return true;
	}

	private void workOff(boolean ownThread) {
		try (RunningCalls.Slot slot = this.calls.open(ownThread)) {
			List<InFlight> next;
			while (!this.paused && !(next = take()).isEmpty()) {
				RunningCall call = slot.begin(next);
				try {
					this.task.accept(call);
				}
				finally {
					call.end();
				}
				tellFree();
			}
		}
		catch (Throwable ex) {
			logger.error("A worker has failed unexpectedly; its listener goes on", ex);
		}
	}

	private void tellFree() {
		this.onFree.forEach(Runnable::run);
	}

	private List<InFlight> take() {
		InFlight first = this.waiting.poll();
		if (first == null) {
			return List.of();
		}
		if (this.atOnce == 1 || first.isSuspect()) {
			return List.of(first);
		}
		List<InFlight> batch = new ArrayList<>();
		InFlight next = first;
		while (next != null) {
			batch.add(next);
			next = (batch.size() < this.atOnce) ? nextOfBatch() : null;
		}
		return batch;
	}

	/** A message that may kill its consumers is handled without others. */
	private @Nullable InFlight nextOfBatch() {
		InFlight next = this.waiting.poll();
		if (next != null && next.isSuspect()) {
			this.waiting.putBack(next);
			startWorker();
			return null;
		}
		return next;
	}

	/** Counts as active once, from its start to its end. */
	private final class Worker implements Runnable {

		private final Thread starter = Thread.currentThread();

		private boolean starting = true;

		private boolean counted = true;

		/** Called by the thread that asked for a worker. */
		void started() {
			this.starting = false;
		}

		@Override
		public void run() {
			// an executor may run it in the thread that asks, which is not a worker's own
			boolean ownThread = Thread.currentThread() != this.starter || !this.starting;
			try {
				do {
					workOff(ownThread);
					leave();
					// a delivery offered since the last look found all workers busy
				}
				while (!Workers.this.paused && !Workers.this.waiting.isEmpty() && stay());
			}
			finally {
				leave();
				checkQuiet();
			}
		}

		private boolean stay() {
			this.counted = enlist();
			return this.counted;
		}

		void leave() {
			if (this.counted) {
				this.counted = false;
				Workers.this.active.decrementAndGet();
				tellFree();
			}
		}

	}

}
