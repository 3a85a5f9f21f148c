package io.redisbroker.engine.write;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.send.MessageSender;

/**
 * A sender: a destination and headers. Immutable.
 *
 * @param <S> the sender's own type
 * @param <D> the type of its destination
 */
abstract class DestinationSender<S extends MessageSender<S>, D extends Destination<?>> implements MessageSender<S> {

	private final Outlet outlet;

	private final D destination;

	private final Map<String, String> headers;

	DestinationSender(Outlet outlet, D destination, Map<String, String> headers) {
		this.outlet = outlet;
		this.destination = destination;
		this.headers = headers;
	}

	/** Returns a sender of the same kind. */
	abstract S with(Outlet outlet, D destination, Map<String, String> headers);

	final S with(D other) {
		return with(this.outlet, other, this.headers);
	}

	@Override
	public final S withHeader(String name, String value) {
		return with(this.outlet, this.destination, Outgoing.with(this.headers, name, value));
	}

	@Override
	public final S withHeaders(Map<String, String> more) {
		return with(this.outlet, this.destination, Outgoing.with(this.headers, more));
	}

	final D destination() {
		return this.destination;
	}

	final RedisConnection connection() {
		return this.outlet.connection();
	}

	final Outgoing message(Object payload, Map<String, String> trace) {
		return Outgoing.of(payload, this.headers, trace, this.outlet.codec());
	}

	/** Sends one message. */
	final <R> CompletableFuture<R> send(Destination<R> to, Object payload) {
		return observe(1, (trace) -> new Writing<>(to, message(payload, trace)).send(connection()));
	}

	/**
	 * Observes the sending of messages.
	 * @param messages the number of messages
	 * @param send sends them, with the headers of the trace
	 */
	final <T> CompletableFuture<T> observe(int messages, Function<Map<String, String>, CompletableFuture<T>> send) {
		return this.outlet.observations().send(this.destination.transport(), this.destination.name(), messages, send);
	}

}
