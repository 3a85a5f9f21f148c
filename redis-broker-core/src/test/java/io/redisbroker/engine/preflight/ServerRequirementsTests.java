package io.redisbroker.engine.preflight;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.failure.UnsupportedRedisException;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServerRequirements}.
 */
class ServerRequirementsTests {

	/** Nothing depends on it. */
	@Test
	void aUserWhoMayNotPingGoesOn() {
		assertThat(check(CompletableFuture
			.failedFuture(new RedisErrorException("NOPERM this user has no permissions to run the 'ping' command"))))
			.isCompleted();
	}

	@Test
	void aFailureThatPassesIsTriedAgain() {
		assertThat(check(CompletableFuture.failedFuture(new RedisErrorException("LOADING Redis is loading"))))
			.isCompletedExceptionally();
		assertThat(check(CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"))))
			.isCompletedExceptionally();
	}

	@Test
	void aVersionThatIsKnownToBeTooOldIsRefused() {
		assertThat(check(CompletableFuture.completedFuture("PONG"))).isCompleted();
		assertThat(check(CompletableFuture.failedFuture(new UnsupportedRedisException("6.2.11"))))
			.failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOfSatisfying(BrokerConfigurationException.class, (refusal) -> {
				assertThat(refusal.problem()).isEqualTo("Redis is 6.2.11, but redis-broker needs 7.0");
				assertThat(refusal.action()).isEqualTo("Use Redis 7.0 or later, or Valkey.");
			});
	}

	private static CompletableFuture<Void> check(CompletableFuture<Object> reply) {
		RedisConnections connections = mock(RedisConnections.class);
		RedisConnection shared = mock(RedisConnection.class);
		given(connections.reach()).willReturn(CompletableFuture.completedFuture(null));
		given(connections.shared()).willReturn(shared);
		given(shared.send(any())).willReturn(reply);
		return ServerRequirements.check(connections);
	}

}
