package io.redisbroker.engine.registry;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.listener.ListenerContainer;
import org.jspecify.annotations.Nullable;

/**
 * A listener, and its state when the application last stopped. Thread-safe.
 */
public final class Registration {

	private final ListenerContainer container;

	private volatile boolean leaving;

	private volatile @Nullable Boolean wasStarted;

	private volatile boolean wasPaused;

	public Registration(ListenerContainer container) {
		this.container = container;
	}

	public ListenerContainer container() {
		return this.container;
	}

	public void leave() {
		this.leaving = true;
	}

	public boolean isLeaving() {
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
