package io.redisbroker.stream;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import io.redisbroker.settlement.Takeovers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StreamContentTests {

	@Test
	void takesTheFieldPayloadForThePayloadAndTheOthersForHeaders() {
		StreamContent content = content("trace", "4711", "payload", "hello", "grüße", "✓");
		assertThat(content.payload()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(content.headers()).containsExactly(Map.entry("trace", "4711"), Map.entry("grüße", "✓"));
		assertThat(content.fields()).isEmpty();
	}

	@Test
	void takesAllFieldsForTheContentWhereThereIsNoPayload() {
		StreamContent content = content("subject", "first", "body", "hello");
		assertThat(content.payload()).isNull();
		assertThat(content.headers()).isEmpty();
		assertThat(content.fields()).containsExactly(Map.entry("subject", "first"), Map.entry("body", "hello"));
	}

	@Test
	void doesNotTakeAValueForTheFieldPayload() {
		StreamContent content = content("kind", "payload", "Payload", "x");
		assertThat(content.payload()).isNull();
		assertThat(content.fields()).containsEntry("kind", "payload").containsEntry("Payload", "x");
	}

	@Test
	void tellsAnEmptyPayloadFromNone() {
		assertThat(content("payload", "").payload()).isNotNull().isEmpty();
	}

	@Test
	void keepsTheEntryByteForByte() {
		byte[] binary = { 0, (byte) 0xff, (byte) 0x80 };
		byte[][] raw = { bytes("payload"), binary };
		StreamContent content = new StreamContent(raw, Takeovers.UNKNOWN);
		assertThat(content.raw()).isDeepEqualTo(new byte[][] { bytes("payload"), binary });
		assertThat(content.payload()).isEqualTo(binary);
	}

	@Test
	void handsOutMapsThatNobodyCanChange() {
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> content("payload", "x", "a", "b").headers().put("c", "d"));
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> content("a", "b").fields().clear());
	}

	private static StreamContent content(String... namesAndValues) {
		return new StreamContent(Stream.of(namesAndValues).map(StreamContentTests::bytes).toArray(byte[][]::new),
				Takeovers.UNKNOWN);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
