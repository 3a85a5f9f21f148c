package io.redisbroker.failure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisErrorException}, with the messages of Redis 6.2 and 7.0.
 */
class RedisErrorExceptionTests {

	private static final String SCRIPT_62 = "ERR Error running script (call to f_8cc1438adaebffba4f68918ec64259240b9c755a): "
			+ "@user_script:1: ";

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			READONLY  | @user_script: 1: -READONLY You can't write against a read only replica.
			OOM       | @user_script: 12: -OOM command not allowed when used memory > 'maxmemory'.
			MISCONF   | @user_script: 1: -MISCONF Errors writing to the AOF file: No space left on device
			NOREPLICAS| @user_script: 1: -NOREPLICAS Not enough good replicas to write.
			UNBLOCKED | -UNBLOCKED force unblock from blocking operation
			WRONGTYPE | WRONGTYPE Operation against a key holding the wrong kind of value
			NOGROUP   | NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option
			NOPERM    | @user_script: 1: The user executing the script can't run this command or subcommand
			ERR       | @user_script: 1: value is not an integer or out of range
			""")
	void findsTheCodeInsideTheErrorOfAScript(String code, String error) {
		assertThat(new RedisErrorException(SCRIPT_62 + error).code()).isEqualTo(code);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					READONLY | @user_script: 1: -READONLY You can't write against a read only replica.
					READONLY | READONLY You can't write against a read only replica. script: 8cc1438, on @user_script:1.
					NOPERM   | ERR The user executing the script can't run this command or subcommand script: e3c6, on @user_script:1.
					NOGROUP  | NOGROUP No such key 'orders'
					ERR      | ERR unknown command 'FOO'
					NOSCRIPT | NOSCRIPT No matching script. Please use EVAL.
					""")
	void findsTheCodeOfAnError(String code, String error) {
		assertThat(new RedisErrorException(error).code()).isEqualTo(code);
	}

}
