package io.redisbroker.converter;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.retry.RetryAfterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.MimeType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

class PayloadFormatTests {

	private static final String WORDS = "application/x-words";

	private final PayloadCodec codec = codec(new WordFormat(WORDS));

	private static PayloadCodec codec(PayloadFormat... formats) {
		return new PayloadCodec(JsonMapper.builder().build(), List.of(formats));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "application/json", "APPLICATION/JSON;charset=UTF-8", "application/vnd.order+json",
			"text/plain", "application/octet-stream" })
	void isNotNeededForJsonTextAndBytes(@Nullable String contentType) {
		assertThat(encoded(new Order("A1"), contentType)).isEqualTo("{\"id\":\"A1\"}");
		assertThat(this.codec.encode(new Order("A1"), contentType).contentType()).isEqualTo(contentType);
		assertThat(encoded("text", contentType)).isEqualTo("text");
		assertThat(this.codec.decode(bytes("{\"id\":\"A1\"}"), Order.class, contentType)).isEqualTo(new Order("A1"));
		assertThat(this.codec.decode(bytes("text"), String.class, contentType)).isEqualTo("text");
		assertThat(this.codec.decode(new byte[0], Order.class, contentType)).isNull();
		assertThatExceptionOfType(JacksonException.class)
			.isThrownBy(() -> this.codec.decode(bytes("text"), Order.class, contentType));
	}

	@ParameterizedTest
	@ValueSource(strings = { WORDS, "Application/X-Words; v=2" })
	void isFoundByTypeAndSubtype(String contentType) {
		assertThat(encoded(new Word("a"), contentType)).isEqualTo("word:a");
		assertThat(this.codec.encode(new Word("a"), contentType).contentType()).isEqualTo(contentType);
		assertThat(this.codec.decode(bytes("word:a"), Word.class, contentType)).isEqualTo(new Word("a"));
		assertThat(this.codec.decode(bytes("null"), Word.class, contentType)).isNull();
	}

	@Test
	void leavesBytesAsTheyAreAndTextThatItDoesNotSupport() {
		byte[] bytes = { 1, -1 };
		assertThat(this.codec.encode(bytes, WORDS).bytes()).isSameAs(bytes);
		assertThat(this.codec.decode(bytes, byte[].class, WORDS)).isSameAs(bytes);
		assertThat(this.codec.decode(bytes, Object.class, WORDS)).isSameAs(bytes);
		assertThat(encoded("text", WORDS)).isEqualTo("text");
		assertThat(this.codec.decode(bytes("text"), String.class, WORDS)).isEqualTo("text");
	}

	@Test
	void isTheDefaultOnlyWhereItSaysSo() {
		assertThat(this.codec.encode(new Word("a"), null).contentType()).isEqualTo(WORDS);
		assertThat(this.codec.encode(new Order("A1"), null).contentType()).isNull();
		assertThat(this.codec.encode(new byte[0], null).contentType()).isNull();
	}

	/** The application may use the header for something else. */
	@ParameterizedTest
	@ValueSource(strings = { "none", "", "a/b/c" })
	void isNotAskedForWhatIsNoContentType(String contentType) {
		assertThat(this.codec.decode(bytes("{\"id\":\"A1\"}"), Order.class, contentType)).isEqualTo(new Order("A1"));
		EncodedPayload encoded = this.codec.encode(new Order("A1"), contentType);
		assertThat(encoded.contentType()).isEqualTo(contentType);
		assertThat(encoded.bytes()).isEqualTo(bytes("{\"id\":\"A1\"}"));
		assertThat(catchThrowable(() -> this.codec.decode(bytes("{"), Order.class, contentType)))
			.isInstanceOf(PayloadFormatException.class)
			.hasMessageStartingWith("nothing reads content type '" + contentType + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/x-other", "application/xml" })
	void isMissingForOtherContentTypes(String contentType) {
		assertThat(this.codec.decode(bytes("grüße"), String.class, contentType)).isEqualTo("grüße");
		assertThat(catchThrowable(() -> this.codec.decode(new byte[] { -1 }, String.class, contentType)))
			.isInstanceOf(PayloadFormatException.class);
		assertThat(catchThrowable(() -> this.codec.decode(bytes("{}"), Order.class, contentType)))
			.isInstanceOf(PayloadFormatException.class)
			.hasMessage("nothing reads content type '" + contentType + "' as " + Order.class.getName()
					+ ". Known are JSON, text, application/x-words. Add a bean of type PayloadFormat for it, or take "
					+ "byte[], String or Delivery in the listener");
		assertThat(catchThrowable(() -> this.codec.encode(new Order("A1"), contentType)))
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void saysWhyItCanNotReadWithoutThePayload() {
		assertThat(describe("broken secret", Word.class, WORDS))
			.isEqualTo("can't read content type 'application/x-words' as " + Word.class.getName() + " (IOException)");
		assertThat(describe("odd", Word.class, WORDS)).isEqualTo("the PayloadFormat of content type "
				+ "'application/x-words' made a java.lang.Integer, but the listener takes " + Word.class.getName());
		assertThat(describe("word:a", Order.class, WORDS)).startsWith(
				"the PayloadFormat of content type 'application/x-words' does not support " + Order.class.getName());
		assertThat(describe("word:secret", Word.class, null)).startsWith("no JSON (line 1, column ")
			.contains("The message has no header contentType")
			.doesNotContain("secret");
	}

	@Test
	void writesNoLinesOfAContentTypeIntoTheLog() {
		String message = describe("{", Order.class, "a\nERROR forged\u001b[0m" + "x".repeat(1000));
		assertThat(message).doesNotContain("\n", "\u001b").contains("'a?ERROR forged?[0mxxx").hasSizeLessThan(400);
	}

	@Test
	void asksForAnotherDelivery() {
		assertThatExceptionOfType(RetryAfterException.class)
			.isThrownBy(() -> this.codec.decode(bytes("later"), Word.class, WORDS));
	}

	@Test
	void failsToWrite() {
		assertThatExceptionOfType(PayloadFormatException.class)
			.isThrownBy(() -> this.codec.encode(new Word("broken"), WORDS))
			.withMessage("can't write " + Word.class.getName() + " as content type application/x-words")
			.withCauseInstanceOf(IOException.class);
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.codec.encode(new Word("odd"), WORDS));
		assertThatExceptionOfType(PayloadFormatException.class)
			.isThrownBy(() -> this.codec.encode(new Word("none"), WORDS))
			.withMessageContaining(" returned null for " + Word.class.getName());
	}

	@Test
	void makesATypeDecodableThatJacksonCanNotRead() {
		assertThatNoException().isThrownBy(() -> this.codec.requireDecodable(Text.class));
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> codec().requireDecodable(Text.class));
	}

	@Test
	void keepsTheContentTypeOfAReplacementThatIsOne() {
		assertThat(this.codec.encodeReplacement("{}", WORDS).contentType()).isNull();
		assertThat(this.codec.encodeReplacement("{}", "application/json").contentType()).isEqualTo("application/json");
		assertThat(this.codec.encodeReplacement("<a/>", "application/xml").contentType()).isEqualTo("application/xml");
		assertThat(this.codec.encodeReplacement(new Word("a"), WORDS).contentType()).isEqualTo(WORDS);
		assertThat(this.codec.encodeReplacement(new Word("a"), null).contentType()).isEqualTo(WORDS);
		assertThat(this.codec.encodeReplacement(new byte[0], WORDS).contentType()).isEqualTo(WORDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/*", "*/*", "application/json", "application/json;v=2" })
	void hasAContentTypeOfItsOwn(String contentType) {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> codec(new WordFormat(contentType)))
			.withMessageContaining(
					"PayloadFormat " + WordFormat.class.getName() + " has the content type " + contentType);
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> codec(new WordFormat("a/b"), new WordFormat("a/b;v=2")))
			.withMessageContaining("and so has " + WordFormat.class.getName());
	}

	private String encoded(Object payload, @Nullable String contentType) {
		return new String(this.codec.encode(payload, contentType).bytes(), StandardCharsets.UTF_8);
	}

	private String describe(String payload, Type type, @Nullable String contentType) {
		return DecodingFailures.describe(catchThrowable(() -> this.codec.decode(bytes(payload), type, contentType)));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	interface Text {

	}

	record Word(String text) implements Text {
	}

	record Order(String id) {
	}

	private record WordFormat(String type) implements PayloadFormat {

		@Override
		public MimeType contentType() {
			return MimeType.valueOf(this.type);
		}

		@Override
		public boolean supports(Class<?> type) {
			return Text.class.isAssignableFrom(type);
		}

		@Override
		public boolean isDefaultFor(Class<?> type) {
			return true;
		}

		@Override
		public byte[] encode(Object payload) throws Exception {
			String text = ((Word) payload).text();
			if (text.equals("broken")) {
				throw new IOException(text);
			}
			if (text.equals("odd")) {
				throw new IllegalStateException(text);
			}
			return text.equals("none") ? null : bytes("word:" + text);
		}

		@Override
		public @Nullable Object decode(byte[] payload, Type type) throws Exception {
			String text = new String(payload, StandardCharsets.UTF_8);
			return switch (text) {
				case "null" -> null;
				case "odd" -> 1;
				case "later" -> throw new RetryAfterException("Not now", Duration.ofSeconds(1));
				default -> {
					if (!text.startsWith("word:")) {
						throw new IOException(text);
					}
					yield new Word(text.substring(5));
				}
			};
		}

	}

}
