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
 * Calls a method with the messages of queues, which are Redis lists. Each message goes to
 * one consumer: the one that has waited longest.
 *
 * <p>
 * Delivery is <b>at least once</b>. A message is leased while it is handled. When the
 * method returns, the message is acknowledged and removed from Redis. When the method
 * throws or the process dies, it is delivered again. After {@link #maxAttempts} failures
 * it becomes a dead letter. With {@link AckMode#NONE} Redis removes the message before
 * the method is called: <b>at most once</b>, and faster.
 *
 * <p>
 * The method may have the parameters that Spring Messaging supports ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}),
 * {@link io.redisbroker.message.Acknowledgment} and
 * {@link io.redisbroker.message.Delivery}. When all parameters are {@code List}s of
 * these, it is called with up to {@link #batchSize} messages at once. Its return value is
 * ignored.
 *
 * <p>
 * Attributes of type {@code String} accept <code>${…}</code> and <code>#{…}</code>. The
 * value of an empty attribute comes from {@code redis-broker.queue.listener.*}, else from
 * {@code redis-broker.listener.*}. A property {@code redis-broker.listeners.<id>.*}
 * overrides the attribute. The application does not start, with a
 * {@link io.redisbroker.failure.BrokerConfigurationException}, when a value is not valid
 * or attributes contradict each other.
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
	 * The queues to consume. The order is the priority: a queue is read when the queues
	 * before it are empty, so the last one may starve. With weights, as in
	 * {@code "critical=6,default=3,low=1"}, each queue gets its share while all have
	 * messages, and none starves.
	 * @return keys in Redis, without {@code redis-broker.key-prefix}; one text may hold
	 * several, separated by commas
	 */
	@AliasFor("value")
	String[] queues() default {};

	/**
	 * The order in which a queue is consumed.
	 * @return the order
	 */
	QueueOrder order() default QueueOrder.FIFO;

	/**
	 * The time that an instance waits between two items of a queue. Only for the
	 * {@link #order} {@link QueueOrder#CIRCULAR}.
	 * @return a duration such as {@code 500ms}, at most a year; by default {@code 1s}
	 */
	String pause() default "";

	/**
	 * When a message counts as handled. {@link QueueOrder#CIRCULAR} allows only
	 * {@link AckMode#AUTO}.
	 * @return the mode
	 */
	AckMode ackMode() default AckMode.AUTO;

	/**
	 * The number of messages (or batches) that are handled at the same time. Messages are
	 * handled in order only with 1.
	 * @return a number from 1 to 100000; by default 1
	 */
	String concurrency() default "";

	/**
	 * The number of messages for each unit of {@link #concurrency}: the largest size of a
	 * {@code List}, or how many messages are read ahead for a method that takes single
	 * messages. For slow methods set it to the number of messages handled in a second, so
	 * that other instances get their share: 10 when a call takes 100 ms, 1 when it takes
	 * a second or more.
	 * @return a number from 1 to 10000; by default 250
	 */
	String batchSize() default "";

	/**
	 * The time after which a message is delivered again when its consumer gives no sign
	 * of life, by Redis' clock. It is about dead processes, not about slow methods: while
	 * a method runs, the leases of its messages are renewed.
	 * @return a duration such as {@code 30s}, from 100 ms to a day; by default {@code 1m}
	 */
	@AliasFor("reclaimDelay")
	String lease() default "";

	/**
	 * Alias for {@link #lease}. Streams and the properties use this name.
	 * @return the lease
	 */
	@AliasFor("lease")
	String reclaimDelay() default "";

	/**
	 * The time that one call of the method may take. After that its thread is
	 * interrupted. When the call then throws, that counts as a failure. When the call
	 * does not end even then, its messages are no longer renewed, and are delivered again
	 * when their lease ends.
	 * @return a duration such as {@code 30s}, from 10 ms to a year; by default 0, no
	 * limit
	 */
	String maxProcessingTime() default "";

	/**
	 * The number of failed calls, the first one included, after which a message becomes a
	 * dead letter. A delivery that ends because its process is stopped or killed is not a
	 * failure.
	 * @return a number, at least 1; by default 5
	 */
	String maxAttempts() default "";

	/**
	 * The number of deliveries after which a message becomes a dead letter, with or
	 * without a failure. This limits a message that kills its processes.
	 * @return a number, at least 1; by default 20
	 */
	String maxDeliveries() default "";

	/**
	 * The stream for dead letters. In a cluster it must be in the same slot as the
	 * queues.
	 * @return the key, without {@code redis-broker.key-prefix}; empty for
	 * <code>{queue}:dlq</code>
	 */
	String deadLetters() default "";

	/**
	 * The id of the listener, unique in the application.
	 * @return the id; empty for an id made of bean name and method name
	 */
	String id() default "";

	/**
	 * Whether the listener starts with the application.
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
