package io.redisbroker.engine.settlement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.write.ScriptPiece;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a dead letter: those of the message, byte for byte, then those that
 * describe the failure. The same for every transport.
 */
public final class DeadLetterFields {

	/** The most names and values of a message, with room for the fields that follow. */
	private static final int MOST_VALUES = ScriptPiece.MOST_VALUES - 500;

	static final String FIELDS = "fields";

	private static final String ACK_MODE = "ack-mode";

	private static final String NONE = "NONE";

	private DeadLetterFields() {
	}

	/**
	 * Returns the entry of a dead letter.
	 * @param delivery the delivery that failed
	 * @param letter the reason
	 * @param transport the transport of its source
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
	 * Adds a field for a listener that acknowledges nothing: its group, if it has one,
	 * has nothing pending, and the ids of a queue's messages are unique in its process
	 * only.
	 * @param fields the entry of a dead letter
	 * @return the entry with that field
	 */
	public static List<Object> unacknowledged(List<Object> fields) {
		List<Object> more = new ArrayList<>(fields);
		add(more, ACK_MODE, NONE);
		return more;
	}

	/**
	 * Tells whether the listener acknowledged its messages.
	 * @param letter the dead letter
	 * @return {@code false} for one with the field of {@link #unacknowledged}
	 */
	static boolean isAcknowledged(StoredDeadLetter letter) {
		return !NONE.equals(letter.told(ACK_MODE));
	}

	/** An entry with more fields than a script can add keeps them as one JSON object. */
	private static List<Object> original(Delivery delivery) {
		byte[][] raw = delivery.content().raw();
		if (raw.length <= MOST_VALUES) {
			return new ArrayList<>(List.of(raw));
		}
		List<Object> fields = new ArrayList<>();
		byte[] payload = delivery.payload();
		if (payload != null) {
			fields.add(Delivery.Content.PAYLOAD);
			fields.add(payload);
		}
		Map<String, String> others = (payload != null) ? delivery.headers() : delivery.fields();
		add(fields, FIELDS, JsonMapper.shared().writeValueAsString(others));
		return fields;
	}

	private static void add(List<Object> fields, String name, String value) {
		fields.add(DeadLetter.PREFIX + name);
		fields.add(value);
	}

}
