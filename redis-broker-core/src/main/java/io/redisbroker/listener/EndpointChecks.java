package io.redisbroker.listener;

import java.util.stream.Stream;

import io.redisbroker.client.Keys;
import io.redisbroker.settlement.AckMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks of an endpoint beside others, when it is registered.
 */
final class EndpointChecks {

	private static final Logger logger = LoggerFactory.getLogger(ListenerRegistry.class);

	private EndpointChecks() {
	}

	/**
	 * Two names with the same companions would take each other's messages for their own.
	 */
	static void checkCompanions(ListenerEndpoint endpoint, Stream<ListenerEndpoint> others) {
		if (!hasCompanions(endpoint)) {
			return;
		}
		Stream.concat(Stream.of(endpoint), others)
			.filter(EndpointChecks::hasCompanions)
			.flatMap((other) -> other.sources().stream())
			.forEach((other) -> endpoint.sources().forEach((source) -> {
				if (Keys.shareCompanions(source, other)) {
					throw new BrokerConfigurationException(
							"Listener '" + endpoint.id() + "': '" + source + "' and '" + other
									+ "' would share the keys " + Keys.companion(source, "…"),
							"Give one of them another name.");
				}
			}));
	}

	private static boolean hasCompanions(ListenerEndpoint endpoint) {
		return !"channel".equals(endpoint.transport());
	}

	/** No warning for the default number of attempts. */
	static void warnOfAttemptsThatNeverCome(ListenerEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings();
		int attempts = settings.retry().maxAttempts();
		if (settings.ackMode() != AckMode.NONE && attempts > settings.maxDeliveries()
				&& attempts != ListenerSettings.DEFAULTS.retry().maxAttempts()) {
			logger.warn(
					"Listener '{}' has max-attempts {} and max-deliveries {}: a message becomes a dead letter after {} "
							+ "deliveries, whatever came of them, and never fails {} times. Set max-deliveries above "
							+ "max-attempts, or max-attempts to what you want",
					endpoint.id(), attempts, settings.maxDeliveries(), settings.maxDeliveries(), attempts);
		}
	}

}
