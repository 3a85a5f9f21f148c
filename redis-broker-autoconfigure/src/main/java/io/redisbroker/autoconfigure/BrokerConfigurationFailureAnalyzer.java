package io.redisbroker.autoconfigure;

import io.redisbroker.failure.BrokerConfigurationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows the problem of the configuration and the remedy, without a stack trace.
 */
class BrokerConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<BrokerConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BrokerConfigurationException cause) {
		return new FailureAnalysis(cause.problem() + ".", cause.action(), cause);
	}

}
