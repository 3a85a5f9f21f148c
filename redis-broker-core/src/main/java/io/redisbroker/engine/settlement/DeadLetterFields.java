package io.redisbroker.engine.settlement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a dead letter: the message as it was written, byte for byte, then the
 * circumstances of its failure. The same for every transport.
 */
public final class DeadLetterFields {

	public static final String ACK_MODE = "ack-mode";

	public static final String NONE = "NONE";

	private static final String PAYLOAD = "payload";

	private DeadLetterFields() {
	}

	/**
	 * Returns the entry of a dead letter.
	 * @param delivery the delivery that could not be handled
	 * @param letter the reason
	 * @param transport the transport that brought it
	 * @param group the consumer group that gave up, or {@code null} without one
	 * @return names and values in turn, each {@code String} or {@code byte[]}
	 */
	public static List<Object> of(Delivery delivery, DeadLetter letter, TransportType transport,
			@Nullable String group) {
		List<Object> fields = original(delivery);
		add(fields, "source", delivery.source());
		add(fields, "source-type", transport.toString());
		String pattern = delivery.content().pattern();
		if (pattern != null) {
			add(fields, "pattern", pattern);
		}
		add(fields, "id", delivery.id());
		if (group != null) {
			add(fields, "group", group);
		}
		add(fields, "deliveries", String.valueOf(delivery.deliveryCount()));
		add(fields, "failures", String.valueOf(delivery.failureCount() + ((letter.failure() != null) ? 1 : 0)));
		for (Map.Entry<String, String> field : letter.fields().entrySet()) {
			fields.add(field.getKey());
			fields.add(field.getValue());
		}
		return fields;
	}

	/**
	 * Adds that the listener acknowledges no message: then its group, if it has one, has
	 * no pending entries, and ids of a queue's messages are unique in its process only.
	 * @param fields the entry of a dead letter
	 * @return the entry with this field
	 */
	public static List<Object> unacknowledged(List<Object> fields) {
		List<Object> more = new ArrayList<>(fields);
		add(more, ACK_MODE, NONE);
		return more;
	}

	/** An entry with more fields than a script can add keeps them as one JSON object. */
	private static List<Object> original(Delivery delivery) {
		byte[][] raw = delivery.content().raw();
		if (raw.length <= ScriptLimits.MOST_VALUES) {
			return new ArrayList<>(List.of(raw));
		}
		List<Object> fields = new ArrayList<>();
		byte[] payload = delivery.payload();
		if (payload != null) {
			fields.add(PAYLOAD);
			fields.add(payload);
		}
		Map<String, String> others = (payload != null) ? delivery.headers() : delivery.fields();
		add(fields, "fields", JsonMapper.shared().writeValueAsString(others));
		return fields;
	}

	private static void add(List<Object> fields, String name, String value) {
		fields.add(DeadLetter.PREFIX + name);
		fields.add(value);
	}

}
