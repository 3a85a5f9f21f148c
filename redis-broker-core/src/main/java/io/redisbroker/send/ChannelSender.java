package io.redisbroker.send;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.Reply;
import io.redisbroker.converter.Envelope;

/**
 * Publishes on one channel: to whoever listens at that moment, and to nobody else. Redis
 * keeps nothing. Immutable and thread-safe: each {@code with…} returns a new sender,
 * which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are, or anything else that Jackson writes as
 * JSON, or a Spring {@link org.springframework.messaging.Message} with one of these,
 * whose headers are sent too, or a {@link io.redisbroker.message.Delivery} as a listener
 * received it. The broker's own headers of a received message stay behind. With headers
 * the payload travels in an envelope, which any client can read.
 *
 * <p>
 * A failure of the connection leaves open whether the message was published
 * ({@link org.springframework.data.redis.RedisConnectionFailureException},
 * {@link org.springframework.dao.QueryTimeoutException}): nothing is sent a second time
 * without being asked to. While there is no connection at all, publishing waits for one,
 * up to {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis
 * arrives as {@link io.redisbroker.client.RedisErrorException} with Redis' own message.
 *
 * @since 0.1.0
 */
public final class ChannelSender {

	private final Outlet outlet;

	private final String command;

	private final String channel;

	private final Map<String, String> headers;

	ChannelSender(Outlet outlet, String channel, boolean sharded) {
		this(outlet, sharded ? "SPUBLISH" : "PUBLISH", channel, Map.of());
	}

	private ChannelSender(Outlet outlet, String command, String channel, Map<String, String> headers) {
		this.outlet = outlet;
		this.command = command;
		this.channel = channel;
		this.headers = headers;
	}

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	public ChannelSender withHeader(String name, String value) {
		return headers(Outgoing.with(this.headers, name, value));
	}

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, stay behind.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	public ChannelSender withHeaders(Map<String, String> more) {
		return headers(Outgoing.with(this.headers, more));
	}

	private ChannelSender headers(Map<String, String> all) {
		return new ChannelSender(this.outlet, this.command, this.channel, all);
	}

	/**
	 * Publishes, and waits until Redis has done so.
	 * @param payload the payload
	 * @return how many connections Redis handed the message to, as far as the node knows
	 * that was asked. In a cluster a channel that is not sharded has listeners on other
	 * nodes, which get the message and are not counted. Listeners of one application
	 * share a connection and count once
	 */
	public long publish(Object payload) {
		return RedisErrorException.join(() -> publishAsync(payload));
	}

	/**
	 * Publishes. Messages are published in the order of the calls, but for those that
	 * wait for a connection.
	 * @param payload the payload
	 * @return how many connections Redis handed the message to, as {@link #publish} does
	 */
	public CompletableFuture<Long> publishAsync(Object payload) {
		return this.outlet.observations().send("channel", this.channel, 1, (trace) -> publish(payload, trace));
	}

	private CompletableFuture<Long> publish(Object payload, Map<String, String> trace) {
		Outgoing message = Outgoing.of(payload, this.headers, trace, this.outlet.codec());
		// named as a key also where it is none: in a cluster all messages of a channel
		// then take the same way, and keep their order
		return this.outlet.connection()
			.send(Command.of(this.command, Reply.INTEGER)
				.key(this.channel)
				.arg(Envelope.encode(message.payload(), message.headers())));
	}

}
