package io.redisbroker.deadletter;

/**
 * A queue, stream or channel that a listener reads, and where its dead letters are.
 * Immutable.
 *
 * @param source its key
 * @param type what it is: {@code queue}, {@code stream} or {@code channel}
 * @param deadLetters the key of the stream with its dead letters
 * @since 0.1.0
 */
public record DeadLetterSource(String source, String type, String deadLetters) {
}
