package io.redisbroker.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a dead letter: what was written, byte for byte, then what happened.
 */
final class DeadLetterFields {

	private DeadLetterFields() {
	}

	static List<Object> of(Delivery delivery, DeadLetter letter, @Nullable String group) {
		List<Object> fields = new ArrayList<>(List.of(delivery.content().raw()));
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

	private static void add(List<Object> fields, String name, String value) {
		fields.add(DeadLetter.PREFIX + name);
		fields.add(value);
	}

}
