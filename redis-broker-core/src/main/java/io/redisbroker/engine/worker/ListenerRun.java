package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import org.jspecify.annotations.Nullable;

/**
 * The work of a container from one start to the next stop: workers, their threads, and
 * the switch that pauses them. Thread-safe.
 *
 * <p>
 * Locks are taken in this order: the container, then its run. So a run calls nothing that
 * ends in the container while it holds its own lock.
 */
public abstract class ListenerRun {

	private final ListenerEndpoint endpoint;

	private final ListenerRuntime runtime;

	private final Executor executor;

	private final DeliveryProcessor processor;

	private final Workers workers;

	private final CompletableFuture<Void> started = new CompletableFuture<>();

	private final PauseSwitch pauses = new PauseSwitch();

	private boolean announced;

	private boolean stopped;

	/**
	 * Creates a run.
	 * @param endpoint the listener
	 * @param runtime shared by all containers
	 * @param line the line in which deliveries wait for a worker
	 */
	protected ListenerRun(ListenerEndpoint endpoint, ListenerRuntime runtime, WaitingLine line) {
		this.endpoint = endpoint;
		this.runtime = runtime;
		this.executor = runtime.executors().create(endpoint.id(), endpoint.settings().concurrency());
		this.processor = new DeliveryProcessor(endpoint, runtime);
		this.workers = new Workers(endpoint, this.executor, runtime.timer(), line, this.processor::process);
	}

	/**
	 * Begins to receive messages, unless the run was stopped.
	 * @return completes when messages are received, or Redis can't be reached and the run
	 * goes on trying; exceptionally when the listener can't work as configured
	 */
	protected abstract CompletableFuture<Void> begin();

	/** Receives no more messages until {@link #resumeReceiving}. */
	protected abstract CompletableFuture<Void> pauseReceiving();

	/** Receives messages again, unless the run was stopped. */
	protected abstract CompletableFuture<Void> resumeReceiving();

	/**
	 * Stops a run that is marked as stopped, and calls {@link #end} at the end.
	 * @param timeout how long calls of the listener may go on
	 * @return completes when all is over; never exceptionally
	 */
	protected abstract CompletableFuture<Void> stopReceiving(Duration timeout);

	/** Ends a run that is marked as stopped since it can't work as configured. */
	protected abstract void abortReceiving();

	/** Starts again the sources that have given up, if there are any. */
	protected CompletableFuture<Void> revive() {
		return this.started;
	}

	/** Whether no source of this run is read any more. */
	protected boolean hasGivenUp() {
		return false;
	}

	protected abstract boolean isConnected();

	/** The time since the last answer to a read; {@code null} where nothing is read. */
	protected @Nullable Duration sinceLastRead() {
		return null;
	}

	protected abstract List<ListenerProblem> problems();

	/** The names under which Redis knows this run, if it knows any. */
	protected Collection<String> consumers() {
		return List.of();
	}

	protected final ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	protected final ListenerRuntime runtime() {
		return this.runtime;
	}

	protected final DeliveryProcessor processor() {
		return this.processor;
	}

	protected final Workers workers() {
		return this.workers;
	}

	protected final synchronized boolean isStopped() {
		return this.stopped;
	}

	protected final boolean isPaused() {
		return this.pauses.isPaused();
	}

	final CompletableFuture<Void> start() {
		begin().whenComplete((nothing, failure) -> {
			if (failure != null) {
				this.started.completeExceptionally(failure);
			}
			else {
				this.started.complete(null);
			}
		});
		return this.started;
	}

	final CompletableFuture<Void> pause() {
		return this.pauses.pause(() -> {
			this.workers.pause();
			return this.started.handle((nothing, failure) -> failure == null)
				.thenCompose((begun) -> begun ? pauseReceiving() : CompletableFuture.completedFuture(null))
				.thenRun(() -> this.runtime.events().paused(this.endpoint.id()));
		});
	}

	/**
	 * Goes on after a pause.
	 * @param onFailure called when the listener can't work as configured
	 */
	final CompletableFuture<Void> resume(Runnable onFailure) {
		return this.pauses.resume(() -> resumeWorkers() ? resumeReceiving().whenComplete((nothing, failure) -> {
			if (failure != null) {
				onFailure.run();
			}
		}) : CompletableFuture.completedFuture(null));
	}

	private boolean resumeWorkers() {
		synchronized (this) {
			if (this.stopped) {
				return false;
			}
			this.workers.resume();
		}
		this.runtime.events().resumed(this.endpoint.id());
		return true;
	}

	final void abort() {
		markStopped();
		abortReceiving();
	}

	private synchronized void markStopped() {
		this.stopped = true;
	}

	final CompletableFuture<Void> stop(Duration timeout) {
		markStopped();
		this.started.complete(null);
		return stopReceiving(timeout).thenRun(this::announceEnd);
	}

	/** Logs the start and publishes it, unless the run was stopped meanwhile. */
	protected final synchronized void announce() {
		if (!this.stopped) {
			this.announced = true;
			ListenerLog.started(this.endpoint, consumers());
			this.runtime.events().started(this.endpoint.id());
		}
	}

	private synchronized void announceEnd() {
		if (this.announced) {
			ListenerLog.stopped(this.endpoint);
			this.runtime.events().stopped(this.endpoint.id());
		}
	}

	/** Completes when no worker is busy; after the timeout it interrupts them. */
	protected final CompletableFuture<Void> quiet(Duration timeout) {
		return this.workers.quiet()
			.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
			.exceptionally((tooLong) -> interrupt(timeout));
	}

	private @Nullable Void interrupt(Duration timeout) {
		ListenerLog.interrupted(this.endpoint, timeout);
		this.workers.pause();
		this.processor.interrupted();
		this.workers.interrupt();
		return null;
	}

	/** Gives the threads of the workers back. */
	protected void end() {
		if (this.executor instanceof ExecutorService service) {
			service.shutdown();
		}
	}

}
