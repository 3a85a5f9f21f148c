package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.engine.worker.DeliveryProcessor;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.ListenerLog;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.PauseSwitch;
import io.redisbroker.engine.worker.Priorities;
import io.redisbroker.engine.worker.Switch;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import org.jspecify.annotations.Nullable;

/**
 * The container of queues and streams: one {@link PullLoop} per source, all feeding the
 * same workers. The order of a source's messages is kept where there is one worker.
 */
public final class PullListenerContainer implements ListenerContainer {

	private final ListenerEndpoint endpoint;

	private final List<Supplier<DeliverySource>> sources;

	private final Priorities priorities;

	private final ListenerRuntime runtime;

	private final Switch power;

	private @Nullable Run run;

	private CompletableFuture<Void> lastStop = CompletableFuture.completedFuture(null);

	/**
	 * Creates a container.
	 * @param endpoint what was asked for
	 * @param sources where to read; each makes a source for one period of reading, which
	 * has a name of its own in Redis, or returns the same one where it has none
	 * @param priorities which source comes first, if any
	 * @param runtime what containers share
	 */
	public PullListenerContainer(ListenerEndpoint endpoint, List<Supplier<DeliverySource>> sources,
			Priorities priorities, ListenerRuntime runtime) {
		this.endpoint = endpoint;
		this.sources = List.copyOf(sources);
		this.priorities = priorities;
		this.runtime = runtime;
		this.power = new Switch(endpoint.id());
	}

	@Override
	public ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	@Override
	public CompletableFuture<Void> start() {
		Run started;
		CompletableFuture<Void> before;
		synchronized (this) {
			if (!this.power.on()) {
				return this.power.refusal();
			}
			if (this.run != null) {
				return this.run.revive();
			}
			this.runtime.keepAlive();
			started = new Run();
			this.run = started;
			before = this.lastStop;
		}
		return before.thenCompose((nothing) -> started.start()).whenComplete((nothing, failure) -> {
			if (failure != null) {
				abort(started);
			}
			else {
				started.announce();
			}
		});
	}

	private void abort(Run failed) {
		synchronized (this) {
			if (this.run == failed) {
				this.run = null;
			}
		}
		failed.abort();
	}

	@Override
	public synchronized CompletableFuture<Void> close(Duration timeout) {
		this.power.close();
		return stop(timeout).whenComplete((nothing, failure) -> this.runtime.events().unregistered(this.endpoint.id()));
	}

	@Override
	public boolean isStarted() {
		return this.power.isOn();
	}

	@Override
	public synchronized CompletableFuture<Void> stop(Duration timeout) {
		this.power.off();
		Run stopping = this.run;
		if (stopping != null) {
			this.run = null;
			this.lastStop = stopping.stop(timeout).thenRun(stopping::announceEnd);
		}
		return this.lastStop;
	}

	@Override
	public synchronized CompletableFuture<Void> pause() {
		Run current = this.run;
		return (current != null) ? current.pauses.pause(current::pause) : CompletableFuture.completedFuture(null);
	}

	@Override
	public synchronized CompletableFuture<Void> resume() {
		Run current = this.run;
		return (current != null) ? current.pauses.resume(() -> current.resume().whenComplete((nothing, failure) -> {
			if (failure != null) {
				abort(current);
			}
		})) : CompletableFuture.completedFuture(null);
	}

	@Override
	public synchronized boolean isPaused() {
		return this.run != null && this.run.pauses.isPaused();
	}

	@Override
	public synchronized boolean isRunning() {
		return this.run != null && !this.run.hasGivenUp();
	}

	@Override
	public synchronized boolean isConnected() {
		return this.run != null && this.run.loops.stream().map(PullLoop::state).noneMatch(Reading::isFailing);
	}

	@Override
	public synchronized @Nullable Duration sinceLastRead() {
		return (this.run != null) ? this.run.loops.stream()
			.map((loop) -> loop.state().sinceSuccess())
			.max(Duration::compareTo)
			.orElse(null) : null;
	}

	@Override
	public synchronized List<ListenerProblem> problems() {
		return (this.run != null && !this.run.pauses.isPaused()) ? this.run.problems() : List.of();
	}

	@Override
	public synchronized @Nullable Duration longestCall() {
		return (this.run != null) ? this.run.workers.longestCall() : null;
	}

	/** From a start to the next stop. */
	private final class Run {

		private final Executor executor;

		private final DeliveryProcessor processor;

		private final Workers workers;

		private volatile List<PullLoop> loops;

		/** Loops of earlier periods, some of whose deliveries are not settled yet. */
		private final Set<PullLoop> retired = ConcurrentHashMap.newKeySet();

		private final CompletableFuture<Void> started = new CompletableFuture<>();

		private final PauseSwitch pauses = new PauseSwitch();

		private boolean announced;

		private boolean begun;

		private boolean stopped;

		private volatile boolean handBackFailed;

		Run() {
			ListenerEndpoint endpoint = PullListenerContainer.this.endpoint;
			ListenerRuntime runtime = PullListenerContainer.this.runtime;
			this.executor = runtime.executors().create(endpoint.id(), endpoint.settings().concurrency());
			this.processor = new DeliveryProcessor(endpoint, runtime);
			this.workers = new Workers(endpoint, this.executor, runtime.timer(),
					PullListenerContainer.this.priorities.newLine(), this.processor::process);
			this.loops = IntStream.range(0, PullListenerContainer.this.sources.size()).mapToObj(this::newLoop).toList();
			this.processor.brake().onEnd(() -> this.loops.forEach(PullLoop::lookForLeftovers));
		}

		List<ListenerProblem> problems() {
			return Stream
				.concat(this.processor.brake().problems().stream(),
						this.loops.stream().flatMap((loop) -> loop.problems().stream()))
				.toList();
		}

		private PullLoop newLoop(int source) {
			ListenerEndpoint endpoint = PullListenerContainer.this.endpoint;
			ListenerRuntime runtime = PullListenerContainer.this.runtime;
			List<Supplier<DeliverySource>> sources = PullListenerContainer.this.sources;
			int capacity = PullListenerContainer.this.priorities
				.capacity(endpoint.settings().capacity(endpoint.handler().isBatch()), source, sources.size());
			return new PullLoop(endpoint.id(), sources.get(source).get(), this.workers, source, capacity,
					() -> heldBefore() + this.processor.brake().takesRoom(capacity),
					endpoint.settings().ackMode() == AckMode.MANUAL, runtime.timer(), runtime.events(),
					runtime.outage());
		}

		/**
		 * Deliveries of the period that ends keep the name under which they were read.
		 */
		private List<PullLoop> nextPeriod() {
			List<PullLoop> next = new ArrayList<>();
			for (int i = 0; i < this.loops.size(); i++) {
				PullLoop loop = this.loops.get(i);
				if (loop.isOwner()) {
					this.retired.add(loop);
					loop.retire(() -> this.retired.remove(loop));
					next.add(newLoop(i));
				}
				else {
					next.add(loop);
				}
			}
			return next;
		}

		private int heldBefore() {
			return this.retired.isEmpty() ? 0 : this.retired.stream().mapToInt(PullLoop::heldCount).sum();
		}

		private List<PullLoop> allLoops() {
			List<PullLoop> all = new ArrayList<>(this.retired);
			all.addAll(this.loops);
			return all;
		}

		synchronized CompletableFuture<Void> start() {
			if (!this.stopped) {
				this.begun = true;
				all(this.loops.stream().map(PullLoop::start).toList()).whenComplete((nothing, failure) -> {
					if (failure != null) {
						this.started.completeExceptionally(failure);
					}
					else {
						this.started.complete(null);
					}
				});
			}
			return this.started;
		}

		/** Starts what has given up after Redis was absent at the start. */
		CompletableFuture<Void> revive() {
			List<PullLoop> givenUp = this.loops.stream().filter((loop) -> loop.state().hasGivenUp()).toList();
			return (givenUp.isEmpty() || this.pauses.isPaused()) ? this.started
					: all(givenUp.stream().map(PullLoop::start).toList()).thenRun(this::announce);
		}

		boolean hasGivenUp() {
			return this.loops.stream().allMatch((loop) -> loop.state().hasGivenUp());
		}

		private synchronized void announceEnd() {
			if (this.announced) {
				ListenerLog.stopped(PullListenerContainer.this.endpoint);
				PullListenerContainer.this.runtime.events().stopped(PullListenerContainer.this.endpoint.id());
			}
		}

		private synchronized void announce() {
			if (!this.stopped) {
				this.announced = true;
				ListenerLog.started(PullListenerContainer.this.endpoint,
						this.loops.stream().flatMap((loop) -> loop.state().consumer().stream()).toList());
				PullListenerContainer.this.runtime.events().started(PullListenerContainer.this.endpoint.id());
			}
		}

		void abort() {
			this.loops.forEach(PullLoop::stopReading);
			end();
		}

		CompletableFuture<Void> pause() {
			this.workers.pause();
			return this.started.thenCompose((nothing) -> all(this.loops.stream().map(PullLoop::stopReading).toList()))
				.thenCompose((nothing) -> handBackRest())
				.exceptionally(this::logFailure)
				.thenRun(() -> PullListenerContainer.this.runtime.events()
					.paused(PullListenerContainer.this.endpoint.id()));
		}

		synchronized CompletableFuture<Void> resume() {
			if (this.stopped) {
				return CompletableFuture.completedFuture(null);
			}
			this.workers.resume();
			this.handBackFailed = false;
			PullListenerContainer.this.runtime.events().resumed(PullListenerContainer.this.endpoint.id());
			this.loops = nextPeriod();
			return all(this.loops.stream().map(PullLoop::start).toList());
		}

		private boolean canHandBack() {
			return PullListenerContainer.this.endpoint.settings().ackMode() != AckMode.NONE;
		}

		/** Tells whether there is anything to stop. */
		private synchronized boolean close() {
			this.stopped = true;
			this.started.complete(null);
			return this.begun;
		}

		CompletableFuture<Void> stop(Duration timeout) {
			if (!close()) {
				end();
				return PullListenerContainer.this.lastStop;
			}
			CompletableFuture<Void> closed = all(this.loops.stream().map(PullLoop::stopReading).toList());
			// deliveries that can't be handed back are handled; a read that is under way
			// may bring more of them until its connection is closed
			CompletableFuture<Void> stopped = canHandBack() ? stopAndHandBack(closed, timeout)
					: closed.exceptionally(this::logFailure)
						.thenCompose((nothing) -> quiet(timeout))
						.thenRun(() -> this.processor.drop(this.workers.drain()));
			return stopped.thenCompose((nothing) -> handBackRest()).exceptionally(this::logFailure).thenRun(this::end);
		}

		private CompletableFuture<Void> stopAndHandBack(CompletableFuture<Void> closed, Duration timeout) {
			this.workers.pause();
			List<InFlight> unstarted = this.workers.drain();
			return closed.thenCompose((nothing) -> handBack(unstarted))
				.exceptionally(this::logFailure)
				.thenCombine(quiet(timeout), (one, other) -> one);
		}

		private CompletableFuture<Void> handBackRest() {
			return handBack(canHandBack() ? this.workers.drain() : List.of());
		}

		private CompletableFuture<Void> quiet(Duration timeout) {
			return this.workers.quiet()
				.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
				.exceptionally((tooLong) -> interrupt(timeout));
		}

		private CompletableFuture<Void> handBack(List<InFlight> unstarted) {
			return all(allLoops().stream().map((loop) -> loop.handBack(unstarted)).toList())
				.orTimeout(this.handBackFailed ? 300 : 3000, TimeUnit.MILLISECONDS);
		}

		private @Nullable Void interrupt(Duration timeout) {
			ListenerLog.interrupted(PullListenerContainer.this.endpoint, timeout);
			this.workers.pause();
			this.processor.interrupted();
			this.workers.interrupt();
			return null;
		}

		private @Nullable Void logFailure(Throwable failure) {
			if (!this.handBackFailed) {
				this.handBackFailed = true;
				ListenerLog.notHandedBack(PullListenerContainer.this.endpoint, failure);
			}
			return null;
		}

		private void end() {
			allLoops().forEach(PullLoop::end);
			if (this.executor instanceof ExecutorService service) {
				service.shutdown();
			}
		}

		private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
			return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
		}

	}

}
