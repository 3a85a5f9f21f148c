package io.redisbroker.observation;

import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.transport.SenderContext;
import io.redisbroker.message.TransportType;

/**
 * One observed call that sends. The fields of a tracer become headers of the messages.
 *
 * @since 0.1.0
 */
public final class BrokerSendContext extends SenderContext<Map<String, String>> {

	private final TransportType transport;

	private final String destination;

	private final int messages;

	private final Map<String, String> headers = new LinkedHashMap<>();

	BrokerSendContext(TransportType transport, String destination, int messages) {
		super((headers, name, value) -> {
			if (headers != null) {
				headers.put(name, value);
			}
		});
		this.transport = transport;
		this.destination = destination;
		this.messages = messages;
		setCarrier(this.headers);
	}

	/**
	 * Returns the transport of the messages.
	 * @return {@code stream}, {@code queue} or {@code channel}
	 */
	public TransportType transport() {
		return this.transport;
	}

	/**
	 * Returns the destination.
	 * @return the key of the stream or queue, or the name of the channel
	 */
	public String destination() {
		return this.destination;
	}

	/**
	 * Returns how many messages the call sends.
	 * @return the number, 1 unless they are sent together
	 */
	public int messages() {
		return this.messages;
	}

	/** The fields of a tracer. */
	Map<String, String> headers() {
		return this.headers;
	}

}
