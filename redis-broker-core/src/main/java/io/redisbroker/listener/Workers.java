package io.redisbroker.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what waits to at most {@code concurrency} workers, first come, first served. A
 * worker takes a thread only while there is something to do, so that an idle listener
 * occupies none; no thread is started per message. Bounded by whoever offers.
 */
final class Workers {

	private static final Logger logger = LoggerFactory.getLogger(Workers.class);

	private final WaitingLine waiting;

	private final AtomicInteger active = new AtomicInteger();

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private final List<Runnable> onFree = new CopyOnWriteArrayList<>();

	private final Executor executor;

	private final int concurrency;

	private final int atOnce;

	private final Consumer<List<InFlight>> task;

	private volatile boolean paused;

	private volatile CompletableFuture<Void> quiet = new CompletableFuture<>();

	/**
	 * Creates workers.
	 * @param executor runs at most {@code concurrency} workers
	 * @param concurrency how many work at the same time
	 * @param atOnce how many deliveries one call of the task takes at most
	 * @param waiting who is next
	 * @param task handles deliveries; throws nothing
	 */
	Workers(Executor executor, int concurrency, int atOnce, WaitingLine waiting, Consumer<List<InFlight>> task) {
		this.waiting = waiting;
		this.executor = executor;
		this.concurrency = concurrency;
		this.atOnce = atOnce;
		this.task = task;
	}

	void offer(int lane, Collection<InFlight> deliveries) {
		if (deliveries.isEmpty()) {
			return;
		}
		this.waiting.add(lane, deliveries);
		startWorkers(deliveries.size());
	}

	/** Adds what may wait until {@link #start} is called. */
	void add(int lane, InFlight delivery) {
		this.waiting.add(lane, delivery);
	}

	/** Has workers begin, as many as there is work for. */
	void start() {
		startWorkers(this.waiting.size());
	}

	/** Offers what was delivered before, which comes first. */
	void offerAgain(int lane, Collection<InFlight> deliveries) {
		this.waiting.addAgain(lane, deliveries);
		startWorkers(deliveries.size());
	}

	/** How many deliveries a worker takes at once. */
	int perWorker() {
		return this.atOnce;
	}

	/** How many deliveries are begun at the same time. */
	int atOnce() {
		return this.concurrency * this.atOnce;
	}

	/**
	 * Calls back whenever a worker is done with what it had, and when it ends.
	 * @param listener returns soon and throws nothing
	 * @return ends the calls
	 */
	Runnable onFree(Runnable listener) {
		this.onFree.add(listener);
		return () -> this.onFree.remove(listener);
	}

	List<InFlight> takeBack(InFlight.Holder holder, java.time.Duration longest) {
		return List.of();
	}

	/**
	 * Tells whether a worker could begin something at once. Whoever finds none and then
	 * waits misses no call of {@link #onFree}.
	 */
	boolean isAnyFree() {
		return this.active.get() < this.concurrency;
	}

	/** Tells whether some sources come before others. */
	boolean chooseAmongSources() {
		return this.waiting.hasLanes();
	}

	private void startWorkers(int deliveries) {
		int wanted = Math.min(this.concurrency, (deliveries + this.atOnce - 1) / this.atOnce);
		for (int i = 0; i < wanted; i++) {
			startWorker();
		}
	}

	boolean hasWaiting(int lane) {
		return this.waiting.isWaiting(lane);
	}

	int waiting() {
		return this.waiting.size();
	}

	/** Forgets what waits longest, if anything waits. */
	@Nullable InFlight dropOldest() {
		return this.waiting.poll();
	}

	/** Begins nothing any more; what is being handled goes on. */
	void pause() {
		this.paused = true;
	}

	/** Goes on after a pause. */
	void resume() {
		this.paused = false;
		start();
	}

	/** Takes away what nobody has begun. */
	List<InFlight> drain() {
		List<InFlight> rest = new ArrayList<>();
		InFlight next;
		while ((next = this.waiting.poll()) != null) {
			rest.add(next);
		}
		return rest;
	}

	/** Completes when no worker is busy and none has reason to begin. */
	CompletableFuture<Void> quiet() {
		this.quiet = new CompletableFuture<>();
		checkQuiet();
		return this.quiet;
	}

	private void checkQuiet() {
		if (this.active.get() == 0 && (this.paused || this.waiting.isEmpty())) {
			this.quiet.complete(null);
		}
	}

	void interrupt() {
		this.threads.forEach(Thread::interrupt);
	}

	private void startWorker() {
		if (!enlist()) {
			return;
		}
		Worker worker = new Worker();
		try {
			this.executor.execute(worker);
		}
		catch (RuntimeException | Error ex) {
			worker.leave();
			logger.error("No thread for a listener, its messages wait: {}", ex.getMessage(), ex);
			checkQuiet();
		}
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

	private void workOff() {
		Thread thread = Thread.currentThread();
		try {
			this.threads.add(thread);
			List<InFlight> next;
			while (!this.paused && !(next = take()).isEmpty()) {
				this.task.accept(next);
				// one message's interrupt is not the next one's
				Thread.interrupted();
				tellFree();
			}
		}
		catch (Throwable ex) {
			logger.error("A worker has failed unexpectedly, and goes on", ex);
		}
		finally {
			this.threads.remove(thread);
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
			next = (batch.size() < this.atOnce) ? this.waiting.poll() : null;
		}
		return batch;
	}

	/** Is counted once as long as it works, however it ends. */
	private final class Worker implements Runnable {

		private boolean counted = true;

		@Override
		public void run() {
			try {
				do {
					workOff();
					leave();
					// what was offered between the last look and here found all busy
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
