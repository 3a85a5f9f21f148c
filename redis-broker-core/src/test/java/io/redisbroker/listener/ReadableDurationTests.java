package io.redisbroker.listener;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReadableDuration}.
 */
class ReadableDurationTests {

	@ParameterizedTest
	@CsvSource({ "PT0.03S, 30 ms", "PT-0.5S, -500 ms", "PT0S, 0 s", "PT90S, 90 s", "PT30M, 30 min", "PT36H, 36 h",
			"P7D, 7 days", "P106751991167300D, 106751991167300 days" })
	void readsWithoutEffort(Duration duration, String text) {
		assertThat(ReadableDuration.of(duration)).isEqualTo(text);
	}

}
