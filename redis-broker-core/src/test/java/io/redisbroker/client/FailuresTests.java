package io.redisbroker.client;

import io.redisbroker.failure.RedisErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Failures}.
 */
class FailuresTests {

	private static final String SCRIPT_62 = "ERR Error running script (call to f_8cc1438adaebffba4f68918ec64259240b9c755a): "
			+ "@user_script:1: ";

	@ParameterizedTest
	@ValueSource(strings = { "-READONLY You can't write.", "-OOM command not allowed", "-MISCONF Errors writing",
			"-NOREPLICAS Not enough good replicas", "-UNBLOCKED force unblock" })
	void takesWhatPassesForTransientInsideAScriptToo(String error) {
		assertThat(Failures.isTransient(new RedisErrorException(SCRIPT_62 + "@user_script: 1: " + error))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN" })
	void knowsWhatRedisRefusesBeforeItExecutesAnything(String code) {
		assertThat(Failures.isNotExecuted(new RedisErrorException(code + " for now"))).isTrue();
	}

	@Test
	void doesNotTakeEveryRefusalForOneOfACommandThatWasNotExecuted() {
		assertThat(Failures.isNotExecuted(new RedisErrorException("ERR value is not an integer"))).isFalse();
		assertThat(Failures.isNotExecuted(new IllegalStateException("READONLY"))).isFalse();
	}

}
