package io.redisbroker.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of a dead letter: what was written, byte for byte, then what happened.
 */
final class DeadLetterFields {

	/** Redis' Lua takes about 8,000 values on its stack. */
	private static final int MOST_VALUES = 7000;

	private DeadLetterFields() {
	}

	static List<Object> of(Delivery delivery, DeadLetter letter, @Nullable String group) {
		List<Object> fields = original(delivery);
		add(fields, "source", delivery.source());
		add(fields, "source-type", "stream");
		add(fields, "id", delivery.id());
		if (group != null) {
			add(fields, "group", group);
		}
		add(fields, "deliveries", String.valueOf(delivery.deliveryCount()));
		for (Map.Entry<String, String> field : letter.fields().entrySet()) {
			fields.add(field.getKey());
			fields.add(field.getValue());
		}
		return fields;
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
			fields.add(StreamContent.PAYLOAD);
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
