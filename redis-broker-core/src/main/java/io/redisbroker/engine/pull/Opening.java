package io.redisbroker.engine.pull;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

import io.redisbroker.client.Failures;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.retry.Backoff;

/**
 * Opens the source of a loop, with backoff until it is open, the loop stops, or the
 * listener turns out not to work as configured. Thread-safe.
 */
final class Opening {

	private final DeliverySource source;

	private final LoopState loop;

	private final ReadHealth health;

	private final IntConsumer onOpen;

	/**
	 * Creates one for a loop that has not started.
	 * @param source the source
	 * @param loop whether the loop runs
	 * @param health is told how opening ends
	 * @param onOpen called with the number of the start when the source is open
	 */
	Opening(DeliverySource source, LoopState loop, ReadHealth health, IntConsumer onOpen) {
		this.source = source;
		this.loop = loop;
		this.health = health;
		this.onOpen = onOpen;
	}

	/**
	 * Starts the loop.
	 * @return completes when the source is open, or is retried since Redis can't be
	 * reached; exceptionally when the listener can't work as configured
	 */
	CompletableFuture<Void> start() {
		this.health.starting();
		return open(this.loop.start());
	}

	private CompletableFuture<Void> open(int start) {
		return this.source.open().handle((nothing, failure) -> {
			if (failure == null) {
				this.health.opened();
				this.onOpen.accept(start);
			}
			else if (this.loop.isCurrent(start)) {
				if (Failures.unwrap(failure) instanceof BrokerConfigurationException invalid) {
					this.loop.stop();
					this.health.gaveUp(invalid);
					throw invalid;
				}
				retry(failure, () -> open(start));
			}
			return null;
		});
	}

	/** Pauses a loop that runs after a failure, and then goes on. */
	void retry(Throwable failure, Runnable again) {
		if (this.loop.isRunning()) {
			this.loop.pause(Backoff.RECONNECT.delay(this.health.failed(failure)), again);
		}
	}

}
