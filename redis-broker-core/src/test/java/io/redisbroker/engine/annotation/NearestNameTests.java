package io.redisbroker.engine.annotation;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearestName}.
 */
class NearestNameTests {

	private static final List<String> KNOWN = List.of("listener.max-attempts", "listener.max-deliveries", "key-prefix");

	@Test
	void findsWhatWasProbablyMeant() {
		assertThat(NearestName.of("listener.max-attemps", KNOWN)).isEqualTo("listener.max-attempts");
		assertThat(NearestName.of("Key-Prefxi", KNOWN)).isEqualTo("key-prefix");
	}

	@Test
	void findsNothingWhereNothingIsNear() {
		assertThat(NearestName.of("broker", KNOWN)).isNull();
		assertThat(NearestName.of("listener.max-attempts", List.of())).isNull();
	}

}
