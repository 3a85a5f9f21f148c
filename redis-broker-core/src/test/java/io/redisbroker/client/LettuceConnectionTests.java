package io.redisbroker.client;

import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.redisbroker.failure.RedisErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Exceptions of the driver are translated to those that users of Spring know.
 */
class LettuceConnectionTests {

	static Stream<Throwable> ofABrokenConnection() {
		return Stream.of(new RedisException("Connection disconnected"), new SocketException("Connection reset"),
				new ClosedChannelException(), new CancellationException("Close"),
				new CompletionException(new SocketException("Connection reset")));
	}

	@ParameterizedTest
	@MethodSource("ofABrokenConnection")
	void takesEveryFailureOfTheConnectionForOneThatPasses(Throwable failure) {
		Throwable translated = LettuceConnection.translate(failure);
		assertThat(translated).isInstanceOf(RedisConnectionFailureException.class);
		assertThat(Failures.isTransient(translated)).isTrue();
	}

	@Test
	void takesATimeoutForAFailureThatPasses() {
		Throwable translated = LettuceConnection
			.translate(new RedisCommandTimeoutException(Duration.ofSeconds(1).toString()));
		assertThat(translated).isInstanceOf(QueryTimeoutException.class);
		assertThat(Failures.isTransient(translated)).isTrue();
	}

	/** A connection that is not made in time, which has no message of its own. */
	@Test
	void saysWhatATimeoutWithoutWordsMeans() {
		Throwable translated = LettuceConnection.translate(new CompletionException(new TimeoutException()));
		assertThat(translated).isInstanceOf(QueryTimeoutException.class)
			.hasMessageContaining("Redis did not answer in time");
		assertThat(Failures.isTransient(translated)).isTrue();
	}

	@Test
	void keepsTheErrorsOfRedisAsTheyAre() {
		Throwable translated = LettuceConnection
			.translate(new RedisCommandExecutionException("NOGROUP No such key 'orders'"));
		assertThat(translated).isInstanceOf(RedisErrorException.class).hasMessage("NOGROUP No such key 'orders'");
		assertThat(Failures.isTransient(translated)).isFalse();
	}

	@Test
	void keepsWhatIsWrongWithTheProgramAsItIs() {
		IllegalStateException failure = new IllegalStateException("a bug");
		assertThat(LettuceConnection.translate(failure)).isSameAs(failure);
		assertThat(Failures.isTransient(failure)).isFalse();
	}

}
