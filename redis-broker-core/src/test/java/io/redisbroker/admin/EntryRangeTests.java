package io.redisbroker.admin;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EntryRange} and {@link PendingFilter}.
 */
class EntryRangeTests {

	@ParameterizedTest
	@ValueSource(strings = { "(5", "(5-1" })
	void excludesOnlyOnce(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> EntryRange.ALL.after(id))
			.withMessageContaining("write the id without '('");
		assertThatIllegalArgumentException().isThrownBy(() -> EntryRange.ALL.before(id))
			.withMessageContaining("write the id without '('");
	}

	@Test
	void startsAfterAMillisecond() {
		assertThat(EntryRange.ALL.after("5")).isEqualTo(new EntryRange("6", "+", false));
		assertThat(EntryRange.ALL.after("5-1")).isEqualTo(new EntryRange("(5-1", "+", false));
	}

	@Test
	void refusesFiltersOfPendingEntriesThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> PendingFilter.ALL.ofConsumer(""));
		assertThatIllegalArgumentException().isThrownBy(() -> PendingFilter.ALL.idleFor(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PendingFilter.ALL.idleFor(Duration.ofSeconds(Long.MAX_VALUE)));
	}

}
