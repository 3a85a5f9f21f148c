package io.redisbroker.test;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RedisBuilder}.
 */
class RedisBuilderTests {

	@ParameterizedTest
	@ValueSource(strings = { "port", "PORT", "dir", "bind", "requirepass", "cluster-enabled" })
	void rejectsOptionsThatAreNotUpToTheTest(String option) {
		assertThatIllegalArgumentException().isThrownBy(() -> RedisServer.builder().option(option, "1"))
			.withMessageContaining("'" + option + "' cannot be set as an option");
	}

}
