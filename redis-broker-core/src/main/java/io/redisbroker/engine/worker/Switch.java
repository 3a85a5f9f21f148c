package io.redisbroker.engine.worker;

import java.util.concurrent.CompletableFuture;

/**
 * Remembers whether a container shall run. Once closed it stays off. Thread-safe.
 */
public final class Switch {

	private final String listenerId;

	private boolean on;

	private boolean closed;

	public Switch(String listenerId) {
		this.listenerId = listenerId;
	}

	/** Returns whether it could be turned on. */
	public synchronized boolean on() {
		this.on = !this.closed;
		return this.on;
	}

	public synchronized void off() {
		this.on = false;
	}

	public synchronized void close() {
		this.closed = true;
		this.on = false;
	}

	public synchronized boolean isOn() {
		return this.on;
	}

	public CompletableFuture<Void> refusal() {
		return CompletableFuture.failedFuture(new IllegalStateException("Listener '" + this.listenerId
				+ "' was unregistered and can't start again. Register it again, and start the new container."));
	}

}
