package io.redisbroker.queue;

/**
 * In which order a queue is consumed. Senders of the broker, and most other clients, push
 * with {@code LPUSH}.
 *
 * @since 0.1.0
 */
public enum QueueOrder {

	/**
	 * The message that waited longest comes first: messages are taken from the right end.
	 * For clients that push with {@code LPUSH}; with {@code RPUSH} it makes the queue a
	 * stack.
	 */
	FIFO("RIGHT", "LEFT", "RPOP", "RPUSH"),

	/**
	 * The message that came last comes first: messages are taken from the left end. With
	 * clients that push with {@code RPUSH} that is the message that waited longest.
	 */
	LIFO("LEFT", "RIGHT", "LPOP", "LPUSH"),

	/**
	 * Items that are visited again and again: each is taken from the right end, goes back
	 * to the left end in the same step, and is handed to one consumer.
	 */
	CIRCULAR("RIGHT", "LEFT", "RPOP", "RPUSH");

	private final String end;

	private final String otherEnd;

	private final String pop;

	private final String unpop;

	QueueOrder(String end, String otherEnd, String pop, String unpop) {
		this.end = end;
		this.otherEnd = otherEnd;
		this.pop = pop;
		this.unpop = unpop;
	}

	/** The end from which messages are taken. */
	public String end() {
		return this.end;
	}

	public String otherEnd() {
		return this.otherEnd;
	}

	/** Takes messages from that end. */
	public String pop() {
		return this.pop;
	}

	/** Puts a message back, to be the next. */
	public String unpop() {
		return this.unpop;
	}

}
