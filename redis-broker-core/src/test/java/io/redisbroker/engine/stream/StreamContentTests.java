package io.redisbroker.engine.stream;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StreamContentTests {

	@Test
	void takesTheFieldPayloadForThePayloadAndTheOthersForHeaders() {
		Delivery.Content content = content("trace", "4711", "payload", "hello", "grüße", "✓");
		assertThat(content.payload()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(content.headers()).containsExactly(Map.entry("trace", "4711"), Map.entry("grüße", "✓"));
		assertThat(content.fields()).isEmpty();
	}

	@Test
	void findsOneHeaderAsAmongAll() {
		Delivery.Content content = content("grüße", "1", "payload", "trace", "trace", "2", "payload", "3", "trace",
				"4");
		for (String name : new String[] { "grüße", "trace", "payload", "absent" }) {
			assertThat(content.header(name)).as(name).isEqualTo(content.headers().get(name));
		}
		assertThat(content("trace", "4711").header("trace")).as("Of an entry without payload").isNull();
		assertThat(content("payload", "x").header("payload")).isNull();
		assertThat(delivery("payload", "x", "contentType", "a/b").contentType()).isEqualTo("a/b");
		assertThat(delivery("contentType", "a/b").contentType()).isNull();
	}

	@Test
	void takesAllFieldsForTheContentWhereThereIsNoPayload() {
		Delivery.Content content = content("subject", "first", "body", "hello");
		assertThat(content.payload()).isNull();
		assertThat(content.headers()).isEmpty();
		assertThat(content.fields()).containsExactly(Map.entry("subject", "first"), Map.entry("body", "hello"));
	}

	@Test
	void doesNotTakeAValueForTheFieldPayload() {
		Delivery.Content content = content("kind", "payload", "Payload", "x");
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
		Delivery.Content content = StreamContent.read("orders", "1-1", raw, Takeovers.UNKNOWN).content();
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

	@Test
	void aCopyOfARedrivenEntryHasTheIdOfTheOriginal() {
		Delivery copy = delivery("dead-letter-redriven-to", "group:billing", "dead-letter-redriven-id", "1-1",
				"payload", "hello", "dead-letter-redrives", "1");
		assertThat(copy.id()).isEqualTo("1-1");
		assertThat(StreamContent.entryIdOf(copy)).isEqualTo("5-1");
		assertThat(copy.headers()).containsExactly(Map.entry("dead-letter-redrives", "1"));
		assertThat(copy.content().raw()).hasNumberOfRows(4);
		assertThat(StreamContent.isFor("group:billing", copy)).isTrue();
		assertThat(StreamContent.isFor("group:shipping", copy)).isFalse();
		assertThat(StreamContent.isFor("group:shipping", delivery("payload", "hello"))).isTrue();
	}

	@Test
	void aCopyWithoutTheIdOfTheOriginalHasItsOwn() {
		assertThat(delivery("dead-letter-redriven-to", "group:billing", "dead-letter-redriven-id", "", "payload", "x")
			.id()).isEqualTo("5-1");
	}

	private static Delivery.Content content(String... namesAndValues) {
		return delivery(namesAndValues).content();
	}

	private static Delivery delivery(String... namesAndValues) {
		return StreamContent.read("orders", "5-1",
				Stream.of(namesAndValues).map(StreamContentTests::bytes).toArray(byte[][]::new), Takeovers.UNKNOWN);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
