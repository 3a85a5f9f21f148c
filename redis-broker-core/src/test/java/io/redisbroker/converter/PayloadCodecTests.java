package io.redisbroker.converter;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PayloadCodecTests {

	private final PayloadCodec codec = new PayloadCodec(JsonMapper.builder().build());

	@Test
	void leavesBytesAsTheyAre() {
		byte[] bytes = { 0, (byte) 0xff, '{', (byte) 0xc3 };
		assertThat(this.codec.encode(bytes)).isSameAs(bytes);
		assertThat(this.codec.decode(bytes, byte[].class)).isSameAs(bytes);
	}

	@Test
	void leavesTextAsItIs() {
		byte[] encoded = this.codec.encode("\"quoted\" grüße ✓");
		assertThat(encoded).isEqualTo("\"quoted\" grüße ✓".getBytes(StandardCharsets.UTF_8));
		assertThat(this.codec.decode(encoded, String.class)).isEqualTo("\"quoted\" grüße ✓");
		assertThat(this.codec.decode(encoded, CharSequence.class)).isEqualTo("\"quoted\" grüße ✓");
		assertThat(this.codec.encode(new StringBuilder("built"))).isEqualTo("built".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void writesAndReadsObjectsAsJsonWithoutTypeNames() {
		byte[] encoded = this.codec.encode(new Order("4711", 3));
		assertThat(text(encoded)).isEqualTo("{\"id\":\"4711\",\"count\":3}");
		assertThat(this.codec.decode(encoded, Order.class)).isEqualTo(new Order("4711", 3));
	}

	@Test
	void readsGenericTypes() {
		Type type = new ParameterizedTypeReference<List<Order>>() {
		}.getType();
		assertThat(this.codec.decode(bytes("[{\"id\":\"1\",\"count\":1}]"), type))
			.isEqualTo(List.of(new Order("1", 1)));
		assertThat(this.codec.decode(bytes("42"), Integer.class)).isEqualTo(42);
		assertThat(this.codec.decode(bytes("42"), int.class)).isEqualTo(42);
		assertThat(this.codec.decode(bytes("null"), Order.class)).isNull();
	}

	@Test
	void bindsFieldsToARecordAMapTextOrBytes() {
		Map<String, String> fields = new LinkedHashMap<>();
		fields.put("id", "4711");
		fields.put("count", "3");
		assertThat(this.codec.decode(fields, Order.class)).isEqualTo(new Order("4711", 3));
		assertThat(this.codec.decode(fields, Map.class)).isEqualTo(fields);
		assertThat(this.codec.decode(fields, String.class)).isEqualTo("{\"id\":\"4711\",\"count\":\"3\"}");
		assertThat(this.codec.decode(Map.of("at", "2026-11-21T10:15:30Z"), Event.class))
			.isEqualTo(new Event(Instant.parse("2026-11-21T10:15:30Z")));
	}

	@Test
	void saysWhatItCannotRead() {
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.codec.decode(bytes("{\"id\":"), Order.class));
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.codec.decode(Map.of("count", "many"), Order.class))
			.withMessageContaining("many");
	}

	@Test
	void saysWhatItCannotWrite() {
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> this.codec.encode(new Broken()));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	record Order(String id, int count) {
	}

	record Event(Instant at) {
	}

	static class Broken {

		public String getValue() {
			throw new IllegalStateException("no value");
		}

	}

}
