package io.redisbroker.send;

import java.io.Serial;

import org.springframework.core.NestedRuntimeException;

/**
 * A queue has no room for a message: as many messages wait in it as
 * {@link QueueSender#withMaxLength(long)} allows. Nothing was sent.
 *
 * @since 0.1.0
 */
public class QueueFullException extends NestedRuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public QueueFullException(String queue, int messages, long maxLength) {
		super("Queue '" + queue + "' has no room for " + messages + " more: at most " + maxLength
				+ " messages may wait in it");
	}

}
