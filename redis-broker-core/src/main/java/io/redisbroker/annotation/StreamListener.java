package io.redisbroker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.redisbroker.listener.AckMode;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Calls a method with the entries of Redis streams.
 *
 * <p>
 * With a {@link #group} the members of the group share the entries: each goes to one of
 * them, is acknowledged when the method returns, is delivered again when the method
 * throws or the process dies, and ends in the dead letters after {@link #maxAttempts}:
 * <b>at least once</b>. With {@link AckMode#NONE} a group delivers <b>at most once</b>.
 * Without a group every instance sees every entry, and nothing is acknowledged; that
 * needs {@link AckMode#NONE}.
 *
 * <p>
 * The method takes the payload in any form Spring Messaging knows ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}),
 * {@link io.redisbroker.message.Acknowledgment}, {@link io.redisbroker.message.Delivery},
 * or {@code List}s of these to be called with up to {@link #batchSize} entries at once.
 * What it returns is ignored.
 *
 * <p>
 * Attributes of type {@code String} take <code>${…}</code> and <code>#{…}</code>; what is
 * left empty comes from {@code redis-broker.stream.listener.*}, else from
 * {@code redis-broker.listener.*}. What {@code redis-broker.listeners.<id>.*} says is
 * stronger than any attribute.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
@Repeatable(StreamListeners.class)
public @interface StreamListener {

	/**
	 * Alias for {@link #streams}.
	 * @return the streams
	 */
	@AliasFor("streams")
	String[] value() default {};

	/**
	 * The streams to read.
	 * @return keys in Redis, without {@code redis-broker.key-prefix}
	 */
	@AliasFor("value")
	String[] streams() default {};

	/**
	 * The consumer group, created where it is missing.
	 * @return the group; empty to read without one
	 */
	String group() default "";

	/**
	 * What the consumer is called in its group, so that a person recognises it. A suffix
	 * follows that is new for each start and resume, so no two consumers share a name.
	 * @return the name; empty for one made of application, host and the listener's id
	 */
	String consumer() default "";

	/**
	 * Where a new group, or a reader without a group, starts: {@code $} for new entries,
	 * {@code 0} for all, an id after which to start, or an instant like
	 * {@code 2026-11-21T10:15:30Z}.
	 * @return the position; empty for {@code 0} with a group and {@code $} without
	 */
	String startFrom() default "";

	/**
	 * When an entry counts as handled.
	 * @return the mode
	 */
	AckMode ackMode() default AckMode.AUTO;

	/**
	 * How many entries (or batches) are handled at the same time. Entries of a stream are
	 * handled in order only with 1.
	 * @return the concurrency; by default 1
	 */
	String concurrency() default "";

	/**
	 * How many entries each of these may hold: the most a {@code List} contains, and how
	 * far a method for single entries reads ahead. Long work wants as many as are handled
	 * in a second, so that other instances get their share: 10 for work of 100 ms, 1 for
	 * work of a second or more.
	 * @return the batch size; by default 250
	 */
	String batchSize() default "";

	/**
	 * How long an entry may go without a sign of life from its consumer before another
	 * takes it over. About dead processes: while a method runs, its entries are kept
	 * alive.
	 * @return a duration like {@code 30s}, from 100 ms to a day; by default {@code 1m}
	 */
	String reclaimDelay() default "";

	/**
	 * How long a call of the method may take. Then its thread is interrupted; if the call
	 * ends with an exception, that counts as a failure. If it goes on all the same, its
	 * messages are delivered again when their lease has ended.
	 * @return a duration like {@code 30s}; by default 0, no limit
	 */
	String maxProcessingTime() default "";

	/**
	 * How often the method may throw on a message, the first time included, before it
	 * goes to the dead letters. A process that is stopped or killed is no failure.
	 * @return the number; by default 5
	 */
	String maxAttempts() default "";

	/**
	 * How often a message is delivered at most, whatever came of it, before it goes to
	 * the dead letters: the limit for a message that kills its processes.
	 * @return the number; by default 20
	 */
	String maxDeliveries() default "";

	/**
	 * The stream for dead letters, in a cluster in the same slot as the streams.
	 * @return the key; empty for <code>{stream}:dlq</code>
	 */
	String deadLetters() default "";

	/**
	 * The listener's id, unique in the application.
	 * @return the id; empty for bean name and method name
	 */
	String id() default "";

	/**
	 * Whether to start with the application.
	 * @return {@code true} or {@code false}; by default {@code true}
	 */
	String autoStartup() default "";

	/**
	 * The name of the {@code RedisConnectionFactory} bean that leads to the Redis of this
	 * listener; empty for the broker's own Redis. The dead letters and all other keys of
	 * the listener are there too.
	 */
	String connectionFactory() default "";

}
