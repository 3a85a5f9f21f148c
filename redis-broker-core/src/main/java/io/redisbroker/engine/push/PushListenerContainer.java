package io.redisbroker.engine.push;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.Failures;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.worker.DeliveryProcessor;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.ListenerLog;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.PauseSwitch;
import io.redisbroker.engine.worker.Switch;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.engine.worker.WaitingLine;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container of channels: what Redis pushes waits in a buffer for the workers. In
 * order where there is one worker.
 */
public final class PushListenerContainer implements ListenerContainer {

	private static final Logger logger = LoggerFactory.getLogger(PushListenerContainer.class);

	private final ListenerEndpoint endpoint;

	private final DeliveryFeed feed;

	private final int bufferSize;

	private final OverflowPolicy overflow;

	private final ListenerRuntime runtime;

	private final Switch power;

	private @Nullable Run run;

	private CompletableFuture<Void> lastStop = CompletableFuture.completedFuture(null);

	/**
	 * Creates a container.
	 * @param endpoint what was asked for
	 * @param feed where deliveries come from
	 * @param bufferSize how many deliveries may wait for a worker
	 * @param overflow what happens to those beyond that
	 * @param runtime what containers share
	 */
	public PushListenerContainer(ListenerEndpoint endpoint, DeliveryFeed feed, int bufferSize, OverflowPolicy overflow,
			ListenerRuntime runtime) {
		this.endpoint = endpoint;
		this.feed = feed;
		this.bufferSize = bufferSize;
		this.overflow = overflow;
		this.runtime = runtime;
		this.power = new Switch(endpoint.id());
	}

	@Override
	public ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	@Override
	public CompletableFuture<Void> start() {
		Run starting;
		CompletableFuture<Void> before;
		synchronized (this) {
			if (!this.power.on()) {
				return this.power.refusal();
			}
			if (this.run != null) {
				return this.run.started;
			}
			this.runtime.keepAlive();
			starting = new Run();
			this.run = starting;
			before = this.lastStop;
		}
		before.whenComplete((nothing, failure) -> starting.start());
		return starting.started.thenRun(starting::announce);
	}

	private void abort(Run failed) {
		synchronized (this) {
			if (this.run == failed) {
				this.run = null;
			}
		}
		failed.stop(Duration.ZERO);
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
			CompletableFuture<Void> before = this.lastStop;
			this.lastStop = stopping.stop(timeout).thenRun(stopping::announceEnd).thenCompose((nothing) -> before);
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
		return (current != null) ? current.pauses.resume(current::resume) : CompletableFuture.completedFuture(null);
	}

	@Override
	public synchronized boolean isPaused() {
		return this.run != null && this.run.pauses.isPaused();
	}

	@Override
	public synchronized boolean isRunning() {
		return this.run != null;
	}

	@Override
	public synchronized boolean isConnected() {
		return this.run != null && missing().isEmpty();
	}

	@Override
	public Collection<String> missing() {
		return this.feed.missing();
	}

	@Override
	public synchronized List<ListenerProblem> problems() {
		Run current = this.run;
		if (current == null || current.pauses.isPaused()) {
			return List.of();
		}
		List<ListenerProblem> problems = new ArrayList<>(this.feed.problems());
		problems.addAll(current.troubles.list());
		problems.addAll(current.processor.brake().problems());
		return problems;
	}

	@Override
	public synchronized @Nullable Duration longestCall() {
		return (this.run != null) ? this.run.workers.longestCall() : null;
	}

	/** From a start to the next stop. */
	private final class Run implements InFlight.Holder, InFlight.Settling {

		private final Executor executor;

		private final DeliveryProcessor processor;

		private final Workers workers;

		private final Inbox inbox;

		private final Troubles troubles;

		private final CompletableFuture<Void> started = new CompletableFuture<>();

		private final PauseSwitch pauses = new PauseSwitch();

		private long pausedAt;

		private boolean announced;

		private boolean stopped;

		Run() {
			ListenerRuntime runtime = PushListenerContainer.this.runtime;
			ListenerEndpoint endpoint = PushListenerContainer.this.endpoint;
			this.executor = runtime.executors().create(endpoint.id(), endpoint.settings().concurrency());
			this.processor = new DeliveryProcessor(endpoint, runtime);
			this.workers = new Workers(endpoint, this.executor, runtime.timer(), WaitingLine.single(),
					this.processor::process);
			this.troubles = new Troubles(endpoint.id(), String.join(", ", endpoint.sources()), runtime.events());
			PushListenerContainer.this.feed.settlement().reportTo(this.troubles);
			this.inbox = new Inbox(endpoint.id(), this.workers, PushListenerContainer.this.bufferSize,
					PushListenerContainer.this.overflow, runtime.events());
		}

		void start() {
			subscribe(Duration.ZERO).thenRun(() -> this.started.complete(null));
		}

		/** Fails only where it is in vain to go on trying. */
		private CompletableFuture<Void> subscribe(Duration missed) {
			// not within the lock, which whoever stops the container takes last
			return open(missed).exceptionally((failure) -> {
				if (Failures.unwrap(failure) instanceof BrokerConfigurationException invalid) {
					logger.error("Listener '{}' gives up: {}", listenerId(), invalid.getMessage());
					PushListenerContainer.this.runtime.events().gaveUp(listenerId(), invalid);
					this.started.completeExceptionally(invalid);
					abort(this);
					throw invalid;
				}
				return null;
			});
		}

		CompletableFuture<Void> pause() {
			this.workers.pause();
			this.pausedAt = System.nanoTime();
			return this.started.thenCompose((nothing) -> PushListenerContainer.this.feed.close())
				.thenRun(() -> PushListenerContainer.this.runtime.events().paused(listenerId()));
		}

		CompletableFuture<Void> resume() {
			if (!resumeWorkers()) {
				return CompletableFuture.completedFuture(null);
			}
			PushListenerContainer.this.runtime.events().resumed(listenerId());
			// the feed reports the gap, which may not have ended yet
			return subscribe(Duration.ofNanos(System.nanoTime() - this.pausedAt));
		}

		private synchronized boolean resumeWorkers() {
			if (!this.stopped) {
				this.workers.resume();
			}
			return !this.stopped;
		}

		private synchronized CompletableFuture<Void> open(Duration missed) {
			return this.stopped ? CompletableFuture.completedFuture(null)
					: PushListenerContainer.this.feed.open(this::receive, missed);
		}

		private synchronized void announceEnd() {
			if (this.announced) {
				ListenerLog.stopped(PushListenerContainer.this.endpoint);
				PushListenerContainer.this.runtime.events().stopped(PushListenerContainer.this.endpoint.id());
			}
		}

		private synchronized void announce() {
			if (!this.stopped) {
				this.announced = true;
				ListenerLog.started(PushListenerContainer.this.endpoint, List.of());
				PushListenerContainer.this.runtime.events().started(PushListenerContainer.this.endpoint.id());
			}
		}

		private void receive(Delivery delivery) {
			this.inbox.offer(new InFlight(delivery, this, 0));
		}

		synchronized CompletableFuture<Void> stop(Duration timeout) {
			this.stopped = true;
			this.inbox.close();
			CompletableFuture<Void> closed = PushListenerContainer.this.feed.close();
			CompletableFuture<Void> quiet = this.workers.quiet()
				.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
				.exceptionally((tooLong) -> interrupt(timeout));
			return quiet.thenCombine(closed, (one, other) -> one)
				.thenCompose((nothing) -> PushListenerContainer.this.feed.settlement().settled())
				.completeOnTimeout(null, timeout.toMillis() + 1000, TimeUnit.MILLISECONDS)
				.thenRun(this::end);
		}

		private @Nullable Void interrupt(Duration timeout) {
			logger.warn("Listener '{}' still works after {} ms and is interrupted", listenerId(), timeout.toMillis());
			this.workers.pause();
			this.processor.interrupted();
			this.workers.interrupt();
			return null;
		}

		private void end() {
			this.started.complete(null);
			this.workers.pause();
			this.processor.drop(this.workers.drain());
			if (this.executor instanceof ExecutorService service) {
				service.shutdown();
			}
		}

		@Override
		public String listenerId() {
			return PushListenerContainer.this.endpoint.id();
		}

		@Override
		public boolean confirm(InFlight work) {
			return true;
		}

		@Override
		public void finished(InFlight work) {
			this.inbox.taken();
		}

		@Override
		public void settled(InFlight work) {
			// the buffer counts the deliveries that wait
		}

		@Override
		public InFlight.Settling settling() {
			return this;
		}

		@Override
		public void acknowledge(InFlight work) {
			PushListenerContainer.this.feed.settlement().acknowledge(work.delivery(), work);
		}

		@Override
		public void acknowledged(InFlight work, boolean ours, @Nullable Throwable failure) {
			// nothing was pending
		}

		@Override
		public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
			return PushListenerContainer.this.feed.settlement().retry(delivery, after);
		}

		@Override
		public CompletableFuture<Boolean> release(Delivery delivery) {
			return PushListenerContainer.this.feed.settlement().release(delivery);
		}

		@Override
		public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
			return PushListenerContainer.this.feed.settlement()
				.deadLetter(delivery, letter)
				.whenComplete((kept, failure) -> {
					if (failure == null) {
						PushListenerContainer.this.runtime.events().deadLettered(listenerId(), delivery, letter);
					}
					else {
						logger.error("Listener '{}' can't keep {} as a dead letter; it is gone", listenerId(), delivery,
								failure);
						PushListenerContainer.this.runtime.events().dropped(listenerId(), delivery);
					}
				});
		}

	}

}
