package io.redisbroker.listener;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.RedisVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServerRequirements}.
 */
class ServerRequirementsTests {

	/** Providers who manage servers for others rename the commands of administrators. */
	@ParameterizedTest
	@ValueSource(strings = { "NOPERM this user has no permissions to run the 'info' command",
			"ERR unknown command 'INFO', with args beginning with: 'server'" })
	void whoMayNotAskForTheVersionGoesOn(String error) {
		assertThat(check(CompletableFuture.failedFuture(new RedisErrorException(error)))).isCompleted();
	}

	@Test
	void whatPassesIsTriedAgain() {
		assertThat(check(CompletableFuture.failedFuture(new RedisErrorException("LOADING Redis is loading"))))
			.isCompletedExceptionally();
		assertThat(check(CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"))))
			.isCompletedExceptionally();
	}

	@Test
	void onlyAVersionThatIsKnownToBeTooOldIsRefused() {
		assertThat(check(CompletableFuture.completedFuture(new RedisVersion(6, 2)))).isCompleted();
		assertThat(check(CompletableFuture.completedFuture(new RedisVersion(6, 0)))).isCompletedExceptionally();
	}

	private static CompletableFuture<Void> check(CompletableFuture<RedisVersion> version) {
		RedisConnections connections = mock(RedisConnections.class);
		given(connections.version()).willReturn(version);
		return ServerRequirements.check(connections);
	}

}
