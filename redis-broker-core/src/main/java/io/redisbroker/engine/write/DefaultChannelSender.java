package io.redisbroker.engine.write;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.Reply;
import io.redisbroker.message.TransportType;
import io.redisbroker.send.ChannelSender;

/**
 * Publishes over the shared connection.
 */
final class DefaultChannelSender implements ChannelSender {

	private final Outlet outlet;

	private final String command;

	private final String channel;

	private final Map<String, String> headers;

	DefaultChannelSender(Outlet outlet, String channel, boolean sharded) {
		this(outlet, sharded ? "SPUBLISH" : "PUBLISH", channel, Map.of());
	}

	private DefaultChannelSender(Outlet outlet, String command, String channel, Map<String, String> headers) {
		this.outlet = outlet;
		this.command = command;
		this.channel = channel;
		this.headers = headers;
	}

	@Override
	public ChannelSender withHeader(String name, String value) {
		return headers(Outgoing.with(this.headers, name, value));
	}

	@Override
	public ChannelSender withHeaders(Map<String, String> more) {
		return headers(Outgoing.with(this.headers, more));
	}

	private ChannelSender headers(Map<String, String> all) {
		return new DefaultChannelSender(this.outlet, this.command, this.channel, all);
	}

	@Override
	public long publish(Object payload) {
		return Failures.join(() -> publishAsync(payload));
	}

	@Override
	public CompletableFuture<Long> publishAsync(Object payload) {
		return this.outlet.observations()
			.send(TransportType.CHANNEL, this.channel, 1, (trace) -> publish(payload, trace));
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
