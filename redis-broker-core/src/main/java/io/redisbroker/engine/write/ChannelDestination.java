package io.redisbroker.engine.write;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.message.TransportType;

/**
 * A channel. The result is the number of connections that received the message from the
 * node that was asked.
 *
 * @param name the complete name
 * @param sharded whether the message stays in the shard of the channel's slot
 */
public record ChannelDestination(String name, boolean sharded) implements Destination<Long> {

	@Override
	public TransportType transport() {
		return TransportType.CHANNEL;
	}

	private String command() {
		return this.sharded ? "SPUBLISH" : "PUBLISH";
	}

	@Override
	public CompletableFuture<Long> write(RedisConnection connection, Outgoing message) {
		// the channel of PUBLISH is no key, but routed like one: in a cluster all
		// messages
		// of a channel then go through the same node, and keep their order
		return connection.send(Command.of(command(), Reply.INTEGER).key(this.name).arg(message.value()));
	}

	@Override
	public ScriptPiece piece(Outgoing message) {
		return this.sharded ? new ScriptPiece(List.of(this.name), List.of(command(), message.value()))
				: new ScriptPiece(List.of(), List.of(command(), this.name, message.value()));
	}

	@Override
	public Long result(Object reply) {
		return (Long) reply;
	}

}
