package io.redisbroker.engine.annotation;

import jakarta.validation.valueextraction.ExtractedValue;
import jakarta.validation.valueextraction.ValueExtractor;
import org.springframework.messaging.Message;

/**
 * Lets validators look inside of messages: {@code Message<@NotBlank String>} and
 * {@code Message<@Valid Order>}. Jakarta Validation finds it as a service; without it a
 * validator refuses each class that has such a method. Thread-safe.
 */
public final class MessagePayloadExtractor implements ValueExtractor<Message<@ExtractedValue ?>> {

	@Override
	public void extractValues(Message<?> message, ValueReceiver receiver) {
		receiver.value(null, message.getPayload());
	}

}
