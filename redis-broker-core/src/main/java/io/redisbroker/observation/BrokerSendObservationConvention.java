package io.redisbroker.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of {@link BrokerObservation#SEND}. A bean of this type takes the
 * place of the {@linkplain DefaultBrokerSendObservationConvention default}.
 *
 * @since 0.1.0
 */
public interface BrokerSendObservationConvention extends ObservationConvention<BrokerSendContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof BrokerSendContext;
	}

	@Override
	default String getName() {
		return "redis.broker.send";
	}

}
