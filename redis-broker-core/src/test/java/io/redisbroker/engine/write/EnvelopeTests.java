package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EnvelopeTests {

	private static final Map<String, String> HEADERS = Map.of("tenant", "eü");

	@Test
	void isThePayloadWhereThereAreNoHeaders() {
		byte[] payload = { 0, -1, 123 };
		assertThat(Envelope.encode(payload, Map.of())).isSameAs(payload);
		assertThat(Envelope.decode(payload).payload()).isSameAs(payload);
		assertThat(Envelope.decode(payload).headers()).isEmpty();
	}

	@Test
	void looksAsDocumented() {
		assertThat(text(Envelope.encode(bytes("{\"id\":1}"), HEADERS)))
			.isEqualTo("{\"redis-broker\":1,\"headers\":{\"tenant\":\"eü\"},\"payload\":\"{\\\"id\\\":1}\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "text", "\"quoted\"", "{ \"spaces\" : 1.0E5 }", "ünïcödé 🎈", "line\nline" })
	void keepsTextByteForByte(String text) {
		Delivery.Content content = Envelope.decode(Envelope.encode(bytes(text), HEADERS));
		assertThat(content.payload()).isEqualTo(bytes(text));
		assertThat(content.headers()).isEqualTo(HEADERS);
	}

	@Test
	void keepsBytesThatAreNoText() {
		byte[] payload = { -1, 0, (byte) 0xC3 };
		assertThat(Envelope.decode(Envelope.encode(payload, HEADERS)).payload()).isEqualTo(payload);
	}

	@Test
	void wrapsAPayloadThatCouldBeTakenForAnEnvelope() {
		byte[] payload = Envelope.encode(bytes("inner"), HEADERS);
		byte[] sent = Envelope.encode(payload, Map.of());
		assertThat(Envelope.decode(sent).payload()).isEqualTo(payload);
		assertThat(Envelope.decode(sent).headers()).isEmpty();
	}

	@Test
	void takesJsonThatAnotherClientPutIn() {
		Delivery.Content content = Envelope
			.decode(bytes("{\"redis-broker\":1, \"payload\": {\"id\": 1}, \"headers\": {\"n\": 5, \"t\": \"x\"}}"));
		assertThat(content.payload()).isEqualTo(bytes("{\"id\":1}"));
		assertThat(content.headers()).containsOnly(Map.entry("n", "5"), Map.entry("t", "x"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"redis-broker\":1", "{\"redis-broker\":2,\"payload\":\"x\"}", "{\"redis-broker\":1}",
			"{\"redis-broker\":\"yes\"}", "{\"redis-broker\":1,\"payload-base64\":\"?\"}" })
	void takesForAPayloadWhatOnlyLooksLikeAnEnvelope(String value) {
		assertThat(Envelope.decode(bytes(value)).payload()).isEqualTo(bytes(value));
	}

	@Test
	void tellsPayloadAndHeadersAsFieldsOfAnEntry() {
		byte[][] raw = Envelope.decode(Envelope.encode(bytes("body"), HEADERS)).raw();
		assertThat(raw).isDeepEqualTo(new byte[][] { bytes("payload"), bytes("body"), bytes("tenant"), bytes("eü") });
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
