package io.redisbroker.listener;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A listener, and what it did when the application last stopped. Thread-safe.
 */
final class Registration {

	private final ListenerContainer container;

	private volatile boolean leaving;

	private volatile @Nullable Boolean wasStarted;

	private volatile boolean wasPaused;

	Registration(ListenerContainer container) {
		this.container = container;
	}

	ListenerContainer container() {
		return this.container;
	}

	void leave() {
		this.leaving = true;
	}

	boolean isLeaving() {
		return this.leaving;
	}

	void remember() {
		this.wasStarted = this.container.isStarted();
		this.wasPaused = this.container.isPaused();
	}

	boolean shallStart() {
		Boolean before = this.wasStarted;
		return (before != null) ? before : this.container.endpoint().settings().autoStartup();
	}

	CompletableFuture<Void> start() {
		CompletableFuture<Void> started = this.container.start();
		if (this.wasPaused) {
			this.wasPaused = false;
			this.container.pause();
		}
		return started;
	}

}
