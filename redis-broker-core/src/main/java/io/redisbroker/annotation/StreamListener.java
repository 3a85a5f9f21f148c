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
 * With a {@link #group}, its consumers share the entries: each entry goes to one of them,
 * <b>at least once</b>. When the method returns, the entry is acknowledged. When the
 * method throws or the process dies, it is delivered again. After {@link #maxAttempts}
 * failures it becomes a dead letter. With {@link AckMode#NONE} a group delivers <b>at
 * most once</b>.
 *
 * <p>
 * Without a group every instance receives every entry, and nothing is acknowledged. This
 * needs {@link AckMode#NONE}.
 *
 * <p>
 * The method may have the parameters that Spring Messaging supports ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}),
 * {@link io.redisbroker.message.Acknowledgment} and
 * {@link io.redisbroker.message.Delivery}. When all parameters are {@code List}s of
 * these, it is called with up to {@link #batchSize} entries at once. Its return value is
 * ignored.
 *
 * <p>
 * Attributes of type {@code String} accept <code>${…}</code> and <code>#{…}</code>. The
 * value of an empty attribute comes from {@code redis-broker.stream.listener.*}, else
 * from {@code redis-broker.listener.*}. A property {@code redis-broker.listeners.<id>.*}
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
	 * @return keys in Redis, without {@code redis-broker.key-prefix}; one text may hold
	 * several, separated by commas
	 */
	@AliasFor("value")
	String[] streams() default {};

	/**
	 * The consumer group. It is created where it does not exist.
	 * @return the name; empty to read without a group
	 */
	String group() default "";

	/**
	 * The name of the consumer in its group, as operators see it in Redis. A suffix is
	 * added that is new for each start and resume, so no two consumers share a name.
	 * Needs a {@link #group}.
	 * @return the name; empty for a name made of application, host and the listener's id
	 */
	String consumer() default "";

	/**
	 * Where a new group, or a listener without a group, starts: {@code $} for new entries
	 * only, {@code 0} for all entries, an id after which to start, or an instant such as
	 * {@code 2026-11-21T10:15:30Z}. It does not move a group that exists.
	 * @return the position; empty for {@code 0} with a group and {@code $} without
	 */
	String startFrom() default "";

	/**
	 * When an entry counts as handled. Without a {@link #group} it must be
	 * {@link AckMode#NONE}.
	 * @return the mode
	 */
	AckMode ackMode() default AckMode.AUTO;

	/**
	 * The number of entries (or batches) that are handled at the same time. Entries of a
	 * stream are handled in order only with 1.
	 * @return a number from 1 to 100000; by default 1
	 */
	String concurrency() default "";

	/**
	 * The number of entries for each unit of {@link #concurrency}: the largest size of a
	 * {@code List}, or how many entries are read ahead for a method that takes single
	 * entries. For slow methods set it to the number of entries handled in a second, so
	 * that other instances get their share: 10 when a call takes 100 ms, 1 when it takes
	 * a second or more.
	 * @return a number from 1 to 10000; by default 250
	 */
	String batchSize() default "";

	/**
	 * The time after which another consumer reclaims an entry when its consumer gives no
	 * sign of life, by Redis' clock. It is about dead processes, not about slow methods:
	 * while a method runs, its entries are renewed.
	 * @return a duration such as {@code 30s}, from 100 ms to a day; by default {@code 1m}
	 */
	String reclaimDelay() default "";

	/**
	 * The time that one call of the method may take. After that its thread is
	 * interrupted. When the call then throws, that counts as a failure. When the call
	 * does not end even then, its entries are no longer renewed, and are delivered again
	 * after the {@link #reclaimDelay}.
	 * @return a duration such as {@code 30s}, from 10 ms to a year; by default 0, no
	 * limit
	 */
	String maxProcessingTime() default "";

	/**
	 * The number of failed calls, the first one included, after which an entry becomes a
	 * dead letter. A delivery that ends because its process is stopped or killed is not a
	 * failure.
	 * @return a number, at least 1; by default 5
	 */
	String maxAttempts() default "";

	/**
	 * The number of deliveries after which an entry becomes a dead letter, with or
	 * without a failure. This limits an entry that kills its processes.
	 * @return a number, at least 1; by default 20
	 */
	String maxDeliveries() default "";

	/**
	 * The stream for dead letters. In a cluster it must be in the same slot as the
	 * streams that are read.
	 * @return the key, without {@code redis-broker.key-prefix}; empty for
	 * <code>{stream}:dlq</code>
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
