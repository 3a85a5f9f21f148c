package io.redisbroker.client;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Redirection}.
 */
class RedirectionTests {

	private static final String FROM = "10.0.0.1:6379";

	@Test
	void readsWhereASlotHasMovedTo() {
		assertThat(Redirection.of("MOVED 3999 10.0.0.2:6380", FROM)).isEqualTo(new Redirection(false, "10.0.0.2:6380"));
	}

	@Test
	void readsWhereToAskOnce() {
		assertThat(Redirection.of("ASK 3999 10.0.0.2:6380", FROM)).isEqualTo(new Redirection(true, "10.0.0.2:6380"));
	}

	@Test
	void takesTheHostOfTheNodeThatAnsweredWhereNoneIsNamed() {
		assertThat(Redirection.of("MOVED 3999 :6380", FROM)).isEqualTo(new Redirection(false, "10.0.0.1:6380"));
		assertThat(Redirection.of("MOVED 3999 ?:6380", FROM)).isEqualTo(new Redirection(false, "10.0.0.1:6380"));
	}

	@Test
	void keepsAnAddressOfVersionSix() {
		assertThat(Redirection.of("MOVED 3999 fd00::2:6380", FROM)).isEqualTo(new Redirection(false, "fd00::2:6380"));
	}

	@Test
	void takesNoOtherErrorForARedirection() {
		assertThat(Redirection.of("ERR unknown command", FROM)).isNull();
		assertThat(Redirection.of("MOVED", FROM)).isNull();
		assertThat(Redirection.of("MOVED 3999 nowhere", FROM)).isNull();
	}

}
