package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

import io.redisbroker.converter.PayloadCodec;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class OutgoingTests {

	private final PayloadCodec codec = new PayloadCodec(JsonMapper.builder().build());

	@Test
	void leavesOutTheIdAndTheTimestampThatSpringGives() {
		assertThat(of(MessageBuilder.withPayload("lamp").setHeader("tenant", "eu").build()).headers())
			.containsOnly(Map.entry("tenant", "eu"));
	}

	/** They arrive among the headers of a delivery. */
	@Test
	void keepsHeadersThatASenderHasGivenTheseNames() {
		Message<String> received = new GenericMessage<>("lamp", new ReceivedHeaders());
		assertThat(of(received).headers()).containsOnly(Map.entry("id", "42"), Map.entry("timestamp", "today"));
	}

	@Test
	void sendsWhatAnOptionalHolds() {
		assertThat(text(of(new GenericMessage<>(Optional.of("lamp"))))).isEqualTo("lamp");
		assertThat(of(new GenericMessage<>(Optional.of(new byte[] { 1, 2 }))).payload()).containsExactly(1, 2);
		assertThat(text(of(new GenericMessage<>(Optional.empty())))).isEqualTo("null");
	}

	private Outgoing of(Object payload) {
		return Outgoing.of(payload, Map.of(), Map.of(), this.codec);
	}

	private static String text(Outgoing outgoing) {
		return new String(outgoing.payload(), StandardCharsets.UTF_8);
	}

	private static final class ReceivedHeaders extends MessageHeaders {

		private static final long serialVersionUID = 1L;

		ReceivedHeaders() {
			super(Map.of(), ID_VALUE_NONE, -1L);
			getRawHeaders().put(ID, "42");
			getRawHeaders().put(TIMESTAMP, "today");
		}

	}

}
