package io.redisbroker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueOrder;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Calls a method with the messages of queues, which are Redis lists: each message goes to
 * one consumer, to the one that has waited longest.
 *
 * <p>
 * A message is leased while it is handled. It is gone when the method returns, is
 * delivered again when the method throws or the process dies, and ends in the dead
 * letters after {@link #maxAttempts}: <b>at least once</b>. With {@link AckMode#NONE} it
 * is popped: <b>at most once</b>, and faster.
 *
 * <p>
 * The method takes the payload in any form Spring Messaging knows ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}),
 * {@link io.redisbroker.message.Acknowledgment}, {@link io.redisbroker.message.Delivery},
 * or {@code List}s of these to be called with up to {@link #batchSize} messages at once.
 * What it returns is ignored.
 *
 * <p>
 * Attributes of type {@code String} take <code>${…}</code> and <code>#{…}</code>; what is
 * left empty comes from {@code redis-broker.queue.listener.*} and
 * {@code redis-broker.listener.*}. What {@code redis-broker.listeners.<id>.*} says is
 * stronger than what stands here.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
@Repeatable(QueueListeners.class)
public @interface QueueListener {

	/**
	 * Alias for {@link #queues}.
	 * @return the queues
	 */
	@AliasFor("queues")
	String[] value() default {};

	/**
	 * The queues to consume. Of several, the first that has messages comes first, and the
	 * last may starve. With weights, as in {@code "critical=6,default=3,low=1"}, each has
	 * its share while all have messages, and none starves.
	 * @return keys in Redis, without {@code redis-broker.key-prefix}
	 */
	@AliasFor("value")
	String[] queues() default {};

	/**
	 * In which order a queue is consumed.
	 * @return the order
	 */
	QueueOrder order() default QueueOrder.FIFO;

	/**
	 * How long an instance waits between two items of a queue whose {@link #order} is
	 * {@link QueueOrder#CIRCULAR}.
	 * @return a duration like {@code 500ms}; by default {@code 1s}
	 */
	String pause() default "";

	/**
	 * When a message counts as handled.
	 * @return the mode
	 */
	AckMode ackMode() default AckMode.AUTO;

	/**
	 * How many messages (or batches) are handled at the same time. Messages are handled
	 * in order only with 1.
	 * @return the concurrency; by default 1
	 */
	String concurrency() default "";

	/**
	 * How many messages each of these may hold: the most a {@code List} contains, and how
	 * far a method for single messages reads ahead. Long work wants as many as are
	 * handled in a second, so that other instances get their share: 10 for work of 100
	 * ms, 1 for work of a second or more.
	 * @return the batch size; by default 250
	 */
	String batchSize() default "";

	/**
	 * How long a message may go without a sign of life from its consumer before it is
	 * delivered again. About dead processes: while a method runs, its messages' leases
	 * are renewed.
	 * @return a duration like {@code 30s}, from 100 ms to a day; by default {@code 1m}
	 */
	@AliasFor("reclaimDelay")
	String lease() default "";

	/**
	 * Alias for {@link #lease}: what streams call it, and the properties.
	 * @return the lease
	 */
	@AliasFor("lease")
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
	 * The stream for dead letters, in a cluster in the same slot as the queues.
	 * @return the key; empty for <code>{queue}:dlq</code>
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
