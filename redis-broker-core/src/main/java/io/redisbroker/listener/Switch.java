package io.redisbroker.listener;

import java.util.concurrent.CompletableFuture;

/**
 * Whether a container shall run. Once closed it stays off. Thread-safe.
 */
final class Switch {

	private final String listenerId;

	private boolean on;

	private boolean closed;

	Switch(String listenerId) {
		this.listenerId = listenerId;
	}

	/** Returns whether it could be turned on. */
	synchronized boolean on() {
		this.on = !this.closed;
		return this.on;
	}

	synchronized void off() {
		this.on = false;
	}

	synchronized void close() {
		this.closed = true;
		this.on = false;
	}

	synchronized boolean isOn() {
		return this.on;
	}

	CompletableFuture<Void> refusal() {
		return CompletableFuture.failedFuture(new IllegalStateException("Listener '" + this.listenerId
				+ "' was unregistered and can't start again. Register it once more, and start the new container."));
	}

}
