package io.redisbroker.retry;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * To be thrown by a listener that takes lists when it failed on some of the messages and
 * handled the others: those named are retried or become dead letters, each by itself, and
 * with {@code AckMode.AUTO} the others are acknowledged. It may be the cause of what is
 * thrown. Immutable.
 *
 * <p>
 * A listener that works in a transaction which this exception rolls back has handled none
 * of the messages, and must not throw it.
 *
 * @since 0.1.0
 */
public class BatchListenerFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final TreeMap<Integer, @Nullable Throwable> failures;

	/**
	 * Names the messages that failed.
	 * @param message what went wrong
	 * @param indexes their positions in the list that the listener was called with, from
	 * 0; at least one
	 * @throws IllegalArgumentException when no position is named, or a negative one
	 */
	public BatchListenerFailedException(String message, int... indexes) {
		this(message, null, indexes);
	}

	/**
	 * Names the messages that failed, and why.
	 * @param message what went wrong
	 * @param cause why, for all of them
	 * @param indexes their positions in the list that the listener was called with, from
	 * 0; at least one
	 * @throws IllegalArgumentException when no position is named, or a negative one
	 */
	public BatchListenerFailedException(String message, @Nullable Throwable cause, int... indexes) {
		super(message, cause);
		this.failures = new TreeMap<>();
		for (int index : indexes) {
			this.failures.put(index, null);
		}
		check();
	}

	/**
	 * Names the messages that failed, each with its own failure, which decides about its
	 * retries and is told in its dead letter.
	 * @param message what went wrong
	 * @param failures what went wrong with each, by its position in the list that the
	 * listener was called with, from 0; at least one
	 * @throws IllegalArgumentException when no position is named, or a negative one
	 */
	public BatchListenerFailedException(String message, Map<Integer, ? extends Throwable> failures) {
		super(message);
		this.failures = new TreeMap<>(failures);
		check();
		failures.values().forEach(this::addSuppressed);
	}

	private void check() {
		Assert.isTrue(!this.failures.isEmpty(), "Name the position of at least one message that failed");
		Assert.isTrue(this.failures.firstKey() >= 0, "Positions in a batch count from 0");
	}

	/**
	 * Returns which messages failed, and why.
	 * @return a failure for each position, in order: its own, or this exception
	 */
	public SortedMap<Integer, Throwable> failures() {
		SortedMap<Integer, Throwable> all = new TreeMap<>();
		this.failures.forEach((index, failure) -> all.put(index, Objects.requireNonNullElse(failure, this)));
		return Collections.unmodifiableSortedMap(all);
	}

}
