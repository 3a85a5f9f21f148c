package io.redisbroker.listener;

import io.redisbroker.message.Delivery;
import io.redisbroker.retry.FailurePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decides on a message whose listener failed, before the listener's settings do. Beans of
 * this type are asked in their order, until one decides. Their decision is stronger than
 * the number of attempts; no message is delivered more often than {@code maxDeliveries}
 * all the same. With {@code AckMode.NONE} nothing is delivered again: a retry or a dead
 * letter is written to the stream of dead letters if one is named, otherwise the message
 * is dropped. A handler that throws has not decided: the log says so, and the next one is
 * asked. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerErrorHandler {

	/**
	 * Decides about one message. For a batch that failed it is asked for each message.
	 * @param listenerId the listener's id
	 * @param delivery the message, with how often it was delivered and failed before
	 * @param failure the exception of the listener
	 * @return the decision, or {@code null} to leave it to others
	 */
	FailurePolicy.@Nullable Decision handle(String listenerId, Delivery delivery, Throwable failure);

}
