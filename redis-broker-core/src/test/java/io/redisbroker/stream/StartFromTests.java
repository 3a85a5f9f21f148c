package io.redisbroker.stream;

import java.time.Instant;

import io.redisbroker.failure.BrokerConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StartFromTests {

	@ParameterizedTest
	@CsvSource({ "$, $", "0, 0", "0-0, 0-0", "1526569495631, 1526569495631", "1526569495631-7, 1526569495631-7",
			"' 5-1 ', 5-1", "18446744073709551615-18446744073709551615, 18446744073709551615-18446744073709551615" })
	void takesIdsAsRedisWritesThem(String text, String id) {
		assertThat(StartFrom.parse(text).id()).isEqualTo(id);
	}

	@Test
	void startsAtAnInstantWithTheFirstEntryOfThatMillisecond() {
		Instant instant = Instant.parse("2026-11-21T10:15:30.123Z");
		String lastBefore = (instant.toEpochMilli() - 1) + "-18446744073709551615";
		assertThat(StartFrom.parse("2026-11-21T10:15:30.123Z").id()).isEqualTo(lastBefore);
		assertThat(StartFrom.at(instant).id()).isEqualTo(lastBefore);
	}

	@Test
	void startsAtTheBeginningForAnInstantBeforeAllIds() {
		assertThat(StartFrom.at(Instant.EPOCH)).isEqualTo(StartFrom.BEGINNING);
		assertThat(StartFrom.at(Instant.parse("1969-07-20T20:17:40Z"))).isEqualTo(StartFrom.BEGINNING);
	}

	@Test
	void isNewOnlyForTheEndOfTheStream() {
		assertThat(StartFrom.NEW.isNew()).isTrue();
		assertThat(StartFrom.parse("$").isNew()).isTrue();
		assertThat(StartFrom.BEGINNING.isNew()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "latest", ">", "-", "1526569495631-", "-1", "1-2-3", "1526569495631-*", "yesterday",
			"2026-11-21", "123456789012345678901" })
	void saysWhichFormsThereAre(String text) {
		assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> StartFrom.parse(text))
			.withMessageContaining("startFrom is '" + text + "'")
			.withMessageContaining("'$' for new entries only, '0' for all, an id such as '1526569495631-0'");
	}

}
