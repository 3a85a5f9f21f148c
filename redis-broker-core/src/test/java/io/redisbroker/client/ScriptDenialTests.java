package io.redisbroker.client;

import java.util.List;
import java.util.concurrent.CompletionException;

import io.redisbroker.failure.RedisErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptDenial}.
 */
class ScriptDenialTests {

	private static final String DENIED = "ERR The user executing the script can't run this command or subcommand";

	private static final Script SCRIPT = Script.load(ScriptDenialTests.class, "denied-commands.lua");

	@ParameterizedTest
	@CsvSource({ "2, zadd", "3, xinfo|groups", "4, lpush", "5, hset' or 'hget" })
	void namesTheCommandOfTheLine(int line, String command) {
		assertThat(explained(DENIED + " script: 4a40ff03, on @user_script:" + line + "."))
			.isInstanceOf(RedisErrorException.class)
			.hasMessageStartingWith(
					"NOPERM ACL failure in script: the user has no permissions to run the '" + command + "' command")
			.hasMessageContaining(DENIED);
	}

	/** The error of a protected call has no line. */
	@Test
	void namesAllProtectedCommandsWhereRedisTellsNoLine() {
		assertThat(explained(DENIED)).hasMessageContaining("to run the 'set' or 'xautoclaim' command");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "ERR wrong number of arguments",
					"NOPERM ACL failure in script: User shop has no "
							+ "permissions to run the 'xack' command script: 1, on @user_script:2.",
					"WRONGTYPE Operation" })
	void keepsOtherErrorsAsTheyAre(String message) {
		assertThat(explained(message)).hasMessage(message);
	}

	private static Throwable explained(String message) {
		return Failures.unwrap(ScriptDenial.explain(new CompletionException(new RedisErrorException(message)), SCRIPT,
				List.of("x", "LPUSH")));
	}

}
