package io.redisbroker.retry;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Names the messages of a batch on which the listener failed. A listener that takes lists
 * throws it when it has handled the other messages of the batch. Each named message is
 * retried or becomes a dead letter by itself; with {@code AckMode.AUTO} the others are
 * acknowledged. It also works as the cause of another exception. Immutable.
 *
 * <p>
 * Do not throw it from a transaction that it rolls back: then none of the messages is
 * handled, but those that are not named would be acknowledged.
 *
 * @since 0.1.0
 */
public class BatchListenerFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final TreeMap<Integer, @Nullable Throwable> failures;

	/**
	 * Names the messages that failed.
	 * @param message a description of the failure
	 * @param indexes the positions of the failed messages in the list, from 0; at least
	 * one
	 * @throws IllegalArgumentException when no position is given, or one is negative
	 */
	public BatchListenerFailedException(String message, int... indexes) {
		this(message, null, indexes);
	}

	/**
	 * Names the messages that failed, and their common cause.
	 * @param message a description of the failure
	 * @param cause the cause, for all failed messages
	 * @param indexes the positions of the failed messages in the list, from 0; at least
	 * one
	 * @throws IllegalArgumentException when no position is given, or one is negative
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
	 * Names the messages that failed, each with its own exception. This exception decides
	 * whether and when the message is retried, and its dead letter shows it.
	 * @param message a description of the failure
	 * @param failures an exception for each failed message, by its position in the list,
	 * from 0; at least one
	 * @throws IllegalArgumentException when no position is given, or one is negative
	 */
	public BatchListenerFailedException(String message, Map<Integer, ? extends Throwable> failures) {
		super(message);
		this.failures = new TreeMap<>(failures);
		check();
		failures.values().forEach(this::addSuppressed);
	}

	private void check() {
		Assert.isTrue(!this.failures.isEmpty(), "Give the position of at least one message that failed");
		Assert.isTrue(this.failures.firstKey() >= 0,
				"The position of a failed message must not be negative: positions in a batch start at 0");
	}

	/**
	 * Returns the exceptions of the messages that failed.
	 * @return for each position, in ascending order, its own exception, or this one if it
	 * has none of its own; unmodifiable
	 */
	public SortedMap<Integer, Throwable> failures() {
		SortedMap<Integer, Throwable> all = new TreeMap<>();
		this.failures.forEach((index, failure) -> all.put(index, Objects.requireNonNullElse(failure, this)));
		return Collections.unmodifiableSortedMap(all);
	}

}
