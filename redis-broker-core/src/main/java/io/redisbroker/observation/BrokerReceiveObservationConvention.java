package io.redisbroker.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names and key values of {@link BrokerObservation#RECEIVE}. A bean of this type takes
 * the place of the {@linkplain DefaultBrokerReceiveObservationConvention default}.
 *
 * @since 0.1.0
 */
public interface BrokerReceiveObservationConvention extends ObservationConvention<BrokerReceiveContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof BrokerReceiveContext;
	}

	@Override
	default String getName() {
		return "redis.broker.receive";
	}

}
