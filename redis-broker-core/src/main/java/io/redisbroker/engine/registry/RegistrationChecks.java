package io.redisbroker.engine.registry;

import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Keys;
import io.redisbroker.message.TransportType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks of an endpoint beside others, when it is registered.
 */
public final class RegistrationChecks {

	private static final Logger logger = LoggerFactory.getLogger(ListenerRegistry.class);

	private RegistrationChecks() {
	}

	/**
	 * Two names with the same companions would take each other's messages for their own.
	 */
	public static void checkCompanions(ListenerEndpoint endpoint, Stream<ListenerEndpoint> others) {
		if (!hasCompanions(endpoint)) {
			return;
		}
		Stream.concat(Stream.of(endpoint), others)
			.filter(RegistrationChecks::hasCompanions)
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
		return endpoint.transport() != TransportType.CHANNEL;
	}

	/** No warning for the default number of attempts. */
	public static void warnOfAttemptsThatNeverCome(ListenerEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings();
		int attempts = settings.retry().maxAttempts();
		if (settings.ackMode() != AckMode.NONE && attempts > settings.maxDeliveries()
				&& attempts != ListenerSettings.DEFAULTS.retry().maxAttempts()) {
			logger.warn(
					"Listener '{}' has max-attempts {} and max-deliveries {}: a message becomes a dead letter after {} "
							+ "deliveries, failed or not, and never fails {} times. Set max-deliveries above "
							+ "max-attempts, or lower max-attempts",
					endpoint.id(), attempts, settings.maxDeliveries(), settings.maxDeliveries(), attempts);
		}
	}

}
