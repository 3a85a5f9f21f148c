package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import org.jspecify.annotations.Nullable;

/**
 * Starts, pauses and stops a listener: the part of a container that all transports share.
 * From a start to the next stop it has a {@link ListenerRun}, and a run begins only when
 * all earlier ones have ended.
 */
public abstract class ListenerLifecycle implements ListenerContainer {

	private final ListenerEndpoint endpoint;

	private final ListenerRuntime runtime;

	private final Switch power;

	private @Nullable ListenerRun run;

	private CompletableFuture<Void> lastStop = CompletableFuture.completedFuture(null);

	protected ListenerLifecycle(ListenerEndpoint endpoint, ListenerRuntime runtime) {
		this.endpoint = endpoint;
		this.runtime = runtime;
		this.power = new Switch(endpoint.id());
	}

	/** Makes the run of a start. */
	protected abstract ListenerRun newRun();

	@Override
	public final ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	protected final ListenerRuntime runtime() {
		return this.runtime;
	}

	@Override
	public final CompletableFuture<Void> start() {
		ListenerRun starting;
		CompletableFuture<Void> before;
		synchronized (this) {
			if (!this.power.on()) {
				return this.power.refusal();
			}
			if (this.run != null) {
				return this.run.revive();
			}
			this.runtime.keepAlive();
			starting = newRun();
			this.run = starting;
			before = this.lastStop;
		}
		return before.handle((nothing, failure) -> null)
			.thenCompose((nothing) -> starting.start())
			.whenComplete((nothing, failure) -> {
				if (failure != null) {
					abort(starting);
				}
				else {
					starting.announce();
				}
			});
	}

	private void abort(ListenerRun failed) {
		synchronized (this) {
			if (this.run == failed) {
				this.run = null;
			}
		}
		failed.abort();
	}

	@Override
	public final synchronized CompletableFuture<Void> close(Duration timeout) {
		this.power.close();
		return stop(timeout).whenComplete((nothing, failure) -> this.runtime.events().unregistered(this.endpoint.id()));
	}

	@Override
	public final boolean isStarted() {
		return this.power.isOn();
	}

	@Override
	public final synchronized CompletableFuture<Void> stop(Duration timeout) {
		this.power.off();
		ListenerRun stopping = this.run;
		if (stopping != null) {
			this.run = null;
			CompletableFuture<Void> before = this.lastStop;
			this.lastStop = stopping.stop(timeout).thenCompose((nothing) -> before);
		}
		return this.lastStop;
	}

	@Override
	public final synchronized CompletableFuture<Void> pause() {
		return (this.run != null) ? this.run.pause() : CompletableFuture.completedFuture(null);
	}

	@Override
	public final synchronized CompletableFuture<Void> resume() {
		ListenerRun resuming = this.run;
		return (resuming != null) ? resuming.resume(() -> abort(resuming)) : CompletableFuture.completedFuture(null);
	}

	@Override
	public final synchronized boolean isPaused() {
		return this.run != null && this.run.isPaused();
	}

	@Override
	public final synchronized boolean isRunning() {
		return this.run != null && !this.run.hasGivenUp();
	}

	@Override
	public final synchronized boolean isConnected() {
		return this.run != null && this.run.isConnected();
	}

	@Override
	public final synchronized @Nullable Duration sinceLastRead() {
		return (this.run != null) ? this.run.sinceLastRead() : null;
	}

	@Override
	public final synchronized List<ListenerProblem> problems() {
		return (this.run != null && !this.run.isPaused()) ? this.run.problems() : List.of();
	}

	@Override
	public final synchronized @Nullable Duration longestCall() {
		return (this.run != null) ? this.run.workers().longestCall() : null;
	}

}
