package io.redisbroker.observation;

import java.util.List;
import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;

/**
 * One observed call of a listener. It continues the trace in the headers of the message;
 * a batch does so if all of its messages have the same, and otherwise begins a trace of
 * its own.
 *
 * @since 0.1.0
 */
public final class BrokerReceiveContext extends ReceiverContext<List<Map<String, String>>> {

	private final TransportType transport;

	private final String listener;

	private final List<Delivery> deliveries;

	BrokerReceiveContext(TransportType transport, String listener, List<Delivery> deliveries) {
		super(BrokerReceiveContext::common, Kind.CONSUMER);
		this.transport = transport;
		this.listener = listener;
		this.deliveries = List.copyOf(deliveries);
		setCarrier(this.deliveries.stream().map(BrokerReceiveContext::headers).toList());
	}

	/** In an entry without payload headers are among its fields. */
	private static Map<String, String> headers(Delivery delivery) {
		return (delivery.payload() != null) ? delivery.headers() : delivery.fields();
	}

	/** A header counts if all messages have it. */
	private static @Nullable String common(@Nullable List<Map<String, String>> messages, String name) {
		if (messages == null || messages.isEmpty()) {
			return null;
		}
		String value = messages.get(0).get(name);
		return (value != null && messages.stream().allMatch((headers) -> value.equals(headers.get(name)))) ? value
				: null;
	}

	/**
	 * Returns the transport of the messages.
	 * @return {@code stream}, {@code queue} or {@code channel}
	 */
	public TransportType transport() {
		return this.transport;
	}

	/**
	 * Returns the called listener.
	 * @return the listener's id
	 */
	public String listener() {
		return this.listener;
	}

	/**
	 * Returns the messages of the call.
	 * @return one delivery, or those of a batch
	 */
	public List<Delivery> deliveries() {
		return this.deliveries;
	}

}
