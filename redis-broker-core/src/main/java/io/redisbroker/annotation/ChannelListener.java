package io.redisbroker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.redisbroker.listener.OverflowPolicy;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Calls a method with the messages that are published on channels. Every instance that
 * listens receives every message, with the lowest latency, <b>at most once</b>. Redis
 * keeps no messages: an instance never receives those that are published while it is not
 * connected. Messages that arrive while its buffer is full are dropped, see
 * {@link #overflow}, and counted.
 *
 * <p>
 * The listener resubscribes when a subscription ends: when a connection breaks, after a
 * failover, when a slot moves or when a server hangs. Each gap is reported by a meter, a
 * log line and a {@link io.redisbroker.event.SubscriptionGapEvent}.
 *
 * <p>
 * The method may have the parameters that Spring Messaging supports ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}) and
 * {@link io.redisbroker.message.Delivery}. When all parameters are {@code List}s of
 * these, it is called with up to {@link #batchSize} messages at once. Its return value is
 * ignored. When the method throws, the message is logged and counted, and is not
 * delivered again. It is kept only if {@link #deadLetters} names a stream.
 *
 * <p>
 * Attributes of type {@code String} accept <code>${…}</code> and <code>#{…}</code>. The
 * value of an empty attribute comes from {@code redis-broker.channel.listener.*}, else
 * from {@code redis-broker.listener.*}, and the buffer size from
 * {@code redis-broker.channel.buffer-size}. A property
 * {@code redis-broker.listeners.<id>.*} overrides the attribute. The application does not
 * start, with a {@link io.redisbroker.failure.BrokerConfigurationException}, when a value
 * is not valid or attributes contradict each other.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
@Repeatable(ChannelListeners.class)
public @interface ChannelListener {

	/**
	 * Alias for {@link #channels}.
	 * @return the channels
	 */
	@AliasFor("channels")
	String[] value() default {};

	/**
	 * The channels to listen to.
	 * @return names, without {@code redis-broker.key-prefix}; one text may hold several,
	 * separated by commas
	 */
	@AliasFor("value")
	String[] channels() default {};

	/**
	 * The patterns of channels to listen to, in the syntax of {@code PSUBSCRIBE}:
	 * {@code news.*}, {@code price-?}, {@code h[ae]llo}. When several channels and
	 * patterns of a listener match a message, the listener receives it once for each of
	 * them.
	 * @return patterns, without {@code redis-broker.key-prefix}
	 */
	String[] patterns() default {};

	/**
	 * Whether the channels are sharded channels. In a cluster Redis sends a message of a
	 * sharded channel only to the node that owns the channel's slot, so many channels
	 * spread over the cluster. A sharded channel and a channel of the same name that is
	 * not sharded are two different channels. Sharded channels have no patterns.
	 * @return {@code true} for sharded channels
	 */
	boolean sharded() default false;

	/**
	 * The number of messages (or batches) that are handled at the same time. Messages are
	 * handled in order only with 1.
	 * @return a number from 1 to 100000; by default 1
	 */
	String concurrency() default "";

	/**
	 * The largest size of a {@code List} with which the method is called.
	 * @return a number from 1 to 10000; by default 250
	 */
	String batchSize() default "";

	/**
	 * The time that one call of the method may take. After that its thread is
	 * interrupted. When the call then throws, that counts as a failure. A listener
	 * without worker threads, which runs on the thread that reads from Redis, is not
	 * interrupted, only reported.
	 * @return a duration such as {@code 30s}, from 10 ms to a year; by default 0, no
	 * limit
	 */
	String maxProcessingTime() default "";

	/**
	 * The number of messages that may wait for the method in this instance.
	 * @return a number, at least 1; by default 10000
	 */
	String bufferSize() default "";

	/**
	 * The treatment of messages that arrive while the buffer is full.
	 * @return the policy
	 */
	OverflowPolicy overflow() default OverflowPolicy.DROP_OLDEST;

	/**
	 * The stream for messages on which the method fails.
	 * @return the key, without {@code redis-broker.key-prefix}; empty to keep no failed
	 * messages
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
