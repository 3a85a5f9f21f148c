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
 * Calls a method with what is published on channels: every instance that listens gets
 * every message, with the lowest latency, <b>at most once</b>. Redis keeps nothing: what
 * is published while an instance is not connected, or while its buffer is full, is gone
 * for it, and is counted.
 *
 * <p>
 * A subscription that gets lost - a connection that breaks, a failover, a slot that
 * moves, a server that hangs - is made again, wherever its channel is served then. Each
 * gap is reported: by a meter, a log line and a
 * {@link io.redisbroker.event.SubscriptionGapEvent}.
 *
 * <p>
 * The method takes the payload in any form Spring Messaging knows ({@code @Payload},
 * {@code @Header}, {@code @Headers}, {@code Message<T>}, {@code @Valid}),
 * {@link io.redisbroker.message.Delivery}, or {@code List}s of these to be called with
 * many messages at once. What it returns is ignored. A message it fails on is logged and
 * counted; it is kept only where {@link #deadLetters} names a stream.
 *
 * <p>
 * Attributes of type {@code String} take <code>${…}</code> and <code>#{…}</code>; what is
 * left empty comes from {@code redis-broker.channel.*}, {@code redis-broker.channel
 * .listener.*} and {@code redis-broker.listener.*}. What
 * {@code redis-broker.listeners.<id>.*} says is stronger than what stands here.
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
	 * The channels.
	 * @return names, without {@code redis-broker.key-prefix}
	 */
	@AliasFor("value")
	String[] channels() default {};

	/**
	 * Patterns of channels, as {@code PSUBSCRIBE} knows them: {@code news.*},
	 * {@code price-?}, {@code h[ae]llo}. A message that several of a listener's channels
	 * and patterns match comes once for each.
	 * @return patterns, without {@code redis-broker.key-prefix}
	 */
	String[] patterns() default {};

	/**
	 * Whether the channels are sharded ones: in a cluster a message reaches only the node
	 * that owns the channel's slot, so that many channels spread over the cluster. They
	 * are not the same as channels of the same name that are not sharded, and know no
	 * patterns.
	 * @return whether they are
	 */
	boolean sharded() default false;

	/**
	 * How many messages (or batches) are handled at the same time. Messages are handled
	 * in order only with 1.
	 * @return the concurrency; by default 1
	 */
	String concurrency() default "";

	/**
	 * How many messages a {@code List} contains at most.
	 * @return the batch size; by default 250
	 */
	String batchSize() default "";

	/**
	 * How long a call of the method may take. Then its thread is interrupted; if the call
	 * ends with an exception, that counts as a failure. A listener that runs on the
	 * thread that reads what Redis sends is not interrupted, only reported.
	 * @return a duration like {@code 30s}; by default 0, no limit
	 */
	String maxProcessingTime() default "";

	/**
	 * How many messages may wait for the method.
	 * @return the number; by default 10000
	 */
	String bufferSize() default "";

	/**
	 * What happens to messages beyond that.
	 * @return the policy
	 */
	OverflowPolicy overflow() default OverflowPolicy.DROP_OLDEST;

	/**
	 * The stream for messages on which the method fails.
	 * @return the key, without {@code redis-broker.key-prefix}; empty to keep none
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
