package io.redisbroker.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends {@code m-0}, {@code m-1}, … in the background until it is stopped. When sending
 * fails it goes on with the next number, so that no message is sent twice.
 */
public final class Load implements AutoCloseable {

	private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

	private final Map<String, RuntimeException> failed = Collections.synchronizedMap(new LinkedHashMap<>());

	private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

	private final Consumer<String> send;

	private int next;

	private Load(Consumer<String> send, Duration pause) {
		this.send = send;
		this.sender.scheduleWithFixedDelay(this::sendOne, 0, Math.max(1, pause.toNanos()), TimeUnit.NANOSECONDS);
	}

	public static Load atFullSpeed(Consumer<String> send) {
		return new Load(send, Duration.ZERO);
	}

	public static Load every(Duration pause, Consumer<String> send) {
		return new Load(send, pause);
	}

	private void sendOne() {
		String text = "m-" + this.next++;
		try {
			this.send.accept(text);
			this.sent.add(text);
		}
		catch (RuntimeException ex) {
			this.failed.put(text, ex);
		}
	}

	public int count() {
		return this.sent.size();
	}

	/** The messages that Redis has acknowledged, in order. */
	public List<String> sent() {
		synchronized (this.sent) {
			return List.copyOf(this.sent);
		}
	}

	/** The messages that may or may not have arrived. */
	public List<String> failed() {
		synchronized (this.failed) {
			return List.copyOf(this.failed.keySet());
		}
	}

	/** Fails with the exceptions of all messages that could not be sent. */
	public void assertNothingFailed() {
		synchronized (this.failed) {
			if (!this.failed.isEmpty()) {
				AssertionError error = new AssertionError("Not sent: " + this.failed.keySet());
				this.failed.values().forEach(error::addSuppressed);
				throw error;
			}
		}
	}

	/**
	 * Stops sending.
	 * @return the messages that Redis has acknowledged, in order
	 */
	public List<String> stop() {
		close();
		return sent();
	}

	@Override
	public void close() {
		this.sender.shutdown();
		try {
			if (!this.sender.awaitTermination(30, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Still sending after 30 s");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
