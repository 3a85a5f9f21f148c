package io.redisbroker.engine.worker;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Pauses and resumes a listener, one turn after the other. Thread-safe.
 */
public final class PauseSwitch {

	private boolean paused;

	private CompletableFuture<Void> lastTurn = CompletableFuture.completedFuture(null);

	public synchronized boolean isPaused() {
		return this.paused;
	}

	public CompletableFuture<Void> pause(Supplier<CompletableFuture<Void>> how) {
		return turn(true, how);
	}

	public CompletableFuture<Void> resume(Supplier<CompletableFuture<Void>> how) {
		return turn(false, how);
	}

	private synchronized CompletableFuture<Void> turn(boolean pause, Supplier<CompletableFuture<Void>> how) {
		if (this.paused != pause) {
			this.paused = pause;
			this.lastTurn = this.lastTurn.handle((nothing, failure) -> how.get()).thenCompose((turn) -> turn);
		}
		return this.lastTurn;
	}

}
