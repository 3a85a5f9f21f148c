package io.redisbroker.observation;

import java.util.List;
import java.util.Map;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;

/**
 * One call of a listener, as its observation sees it. It goes on with the trace that the
 * message brought in its headers; a batch does so where all of its messages brought the
 * same, and else begins a trace of its own.
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

	/** Who writes an entry without a payload sends headers among its fields. */
	private static Map<String, String> headers(Delivery delivery) {
		return (delivery.payload() != null) ? delivery.headers() : delivery.fields();
	}

	/** A header counts that all messages have. */
	private static @Nullable String common(@Nullable List<Map<String, String>> messages, String name) {
		if (messages == null || messages.isEmpty()) {
			return null;
		}
		String value = messages.get(0).get(name);
		return (value != null && messages.stream().allMatch((headers) -> value.equals(headers.get(name)))) ? value
				: null;
	}

	/**
	 * Returns by which way the messages came.
	 * @return {@code stream}, {@code queue} or {@code channel}
	 */
	public TransportType transport() {
		return this.transport;
	}

	/**
	 * Returns who is called.
	 * @return the listener's id
	 */
	public String listener() {
		return this.listener;
	}

	/**
	 * Returns what the listener is called with.
	 * @return one delivery, or those of a batch
	 */
	public List<Delivery> deliveries() {
		return this.deliveries;
	}

}
