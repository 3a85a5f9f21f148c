package io.redisbroker.engine.push;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.ListenerRun;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.Settler;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.engine.worker.WaitingLine;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of a feed from a start to the next stop.
 */
final class PushRun extends ListenerRun implements InFlight.Holder {

	private static final Logger logger = LoggerFactory.getLogger(PushRun.class);

	private final DeliveryFeed feed;

	private final Settler settler;

	private final Inbox inbox;

	private final Troubles troubles;

	private volatile long pausedAt;

	PushRun(ListenerEndpoint endpoint, DeliveryFeed feed, int bufferSize, OverflowPolicy overflow,
			ListenerRuntime runtime) {
		super(endpoint, runtime, WaitingLine.single());
		this.feed = feed;
		this.troubles = new Troubles(endpoint.id(), String.join(", ", endpoint.sources()), runtime.events());
		this.settler = new FeedSettler(endpoint.id(), feed.settlement(), this.troubles, runtime.events());
		this.inbox = new Inbox(endpoint.id(), workers(), bufferSize, overflow, runtime.events());
	}

	@Override
	protected CompletableFuture<Void> begin() {
		return subscribe(Duration.ZERO);
	}

	/** Fails only for errors that retrying cannot fix. */
	private CompletableFuture<Void> subscribe(Duration missed) {
		// a failure ends in the container, so it is not handled within the lock
		return open(missed).exceptionally((failure) -> {
			if (Failures.unwrap(failure) instanceof BrokerConfigurationException invalid) {
				logger.error("Listener '{}' gives up: {}", endpoint().id(), invalid.getMessage());
				runtime().events().gaveUp(endpoint().id(), invalid);
				throw invalid;
			}
			return null;
		});
	}

	private synchronized CompletableFuture<Void> open(Duration missed) {
		return isStopped() ? CompletableFuture.completedFuture(null) : this.feed.open(this::receive, missed);
	}

	private void receive(Delivery delivery) {
		this.inbox.offer(new InFlight(delivery, this, this.settler, 0));
	}

	@Override
	protected boolean isConnected() {
		return this.feed.missing().isEmpty();
	}

	@Override
	protected List<ListenerProblem> problems() {
		List<ListenerProblem> problems = new ArrayList<>(this.feed.problems());
		problems.addAll(this.troubles.list());
		problems.addAll(processor().brake().problems());
		return problems;
	}

	@Override
	protected CompletableFuture<Void> pauseReceiving() {
		this.pausedAt = System.nanoTime();
		return this.feed.close();
	}

	/** The feed reports the gap, which may not have ended yet. */
	@Override
	protected CompletableFuture<Void> resumeReceiving() {
		return subscribe(Duration.ofNanos(System.nanoTime() - this.pausedAt));
	}

	@Override
	protected void abortReceiving() {
		stopReceiving(Duration.ZERO);
	}

	@Override
	protected CompletableFuture<Void> stopReceiving(Duration timeout) {
		this.inbox.close();
		CompletableFuture<Void> closed = close();
		return quiet(timeout).thenCombine(closed, (one, other) -> one)
			.thenCompose((nothing) -> this.feed.settlement().settled())
			.completeOnTimeout(null, timeout.toMillis() + 1000, TimeUnit.MILLISECONDS)
			.thenRun(this::end);
	}

	/** One after the other with {@link #open}, which opens nothing in a stopped run. */
	private synchronized CompletableFuture<Void> close() {
		return this.feed.close();
	}

	@Override
	protected void end() {
		workers().pause();
		processor().drop(workers().drain());
		super.end();
	}

	@Override
	public boolean confirm(InFlight work) {
		return true;
	}

	@Override
	public void finished(InFlight work) {
		this.inbox.taken();
	}

	/** Redis keeps no message of a channel: only dead letters can fail. */
	private static final class FeedSettler extends Settler {

		FeedSettler(String listenerId, Settlement settlement, Troubles troubles, BrokerEvents events) {
			super(listenerId, settlement, events);
			settlement.reportTo(troubles);
		}

		@Override
		protected void unsettled(Delivery delivery, @Nullable Throwable failure) {
			if (failure != null) {
				logger.error("Listener '{}' can't keep {} as a dead letter; it is gone", listenerId(), delivery,
						failure);
				events().dropped(listenerId(), delivery);
			}
		}

	}

}
