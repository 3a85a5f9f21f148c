package io.redisbroker.converter;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.messaging.converter.MessageConversionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

class DecodingFailuresTests {

	private final PayloadCodec codec = new PayloadCodec(
			JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build());

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', value = { "secret | no JSON (line 1, column ",
			"{\"count\":\"secret\"} | a value that is no int at count", "{} | no int at count",
			"{\"count\":1,\"items\":[{\"count\":1},{\"count\":[]}]} | no int at items[1].count",
			"{\"count\":1,\"byKey\":{\"secret\":{\"count\":\"secret\"}}} | a value that is no int at byKey[…].count",
			"{\"count\":1,\"secret\":1} | an unknown property of Order",
			"{\"count\":1,\"items\":\"secret\"} | no ArrayList at items", "[] | no Order" })
	void namesThePlaceAndNothingOfThePayload(String payload, String description) {
		assertThat(describe(payload, Order.class)).startsWith(description).doesNotContain("secret");
	}

	@Test
	void saysThatATypeIsUnknown() {
		assertThat(describe("{\"@type\":\"secret\"}", Animal.class)).isEqualTo("no known type of Animal");
	}

	@Test
	void saysOnlyTheKindOfOtherFailures() {
		assertThat(DecodingFailures.describe(new ConversionFailedException(TypeDescriptor.valueOf(String.class),
				TypeDescriptor.valueOf(Integer.class), "secret", new NumberFormatException("secret"))))
			.isEqualTo("ConversionFailedException");
		assertThat(DecodingFailures.describe(new MessageConversionException("The payload is null")))
			.isEqualTo("The payload is null");
	}

	private String describe(String payload, Type type) {
		return DecodingFailures
			.describe(catchThrowable(() -> this.codec.decode(payload.getBytes(StandardCharsets.UTF_8), type)));
	}

	record Order(int count, List<Item> items, Map<String, Item> byKey) {
	}

	record Item(int count) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Animal permits Cat {

	}

	record Cat(String name) implements Animal {
	}

}
