package io.redisbroker.test.autoconfigure;

import io.redisbroker.test.RedisServerException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to proceed when the embedded Redis does not start.
 */
class EmbeddedRedisFailureAnalyzer extends AbstractFailureAnalyzer<RedisServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RedisServerException cause) {
		return new FailureAnalysis("The embedded Redis could not be started. " + cause.getMessage(),
				"Choose another port with redis-broker.embedded.port or another Redis with"
						+ " redis-broker.embedded.redis. To use a Redis that runs already, set"
						+ " spring.data.redis.host and spring.data.redis.port to where it is.",
				cause);
	}

}
