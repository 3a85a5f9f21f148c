package io.redisbroker.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.redisbroker.message.TransportType;
import io.redisbroker.observation.BrokerObservation.HighCardinalityKeys;
import io.redisbroker.observation.BrokerObservation.LowCardinalityKeys;

/**
 * The names of sending, unless the application has its own convention. The names of
 * channels, of which applications may create any number, stay out of meters.
 *
 * @since 0.1.0
 */
public class DefaultBrokerSendObservationConvention implements BrokerSendObservationConvention {

	/** The convention, which has no state. */
	public static final DefaultBrokerSendObservationConvention INSTANCE = new DefaultBrokerSendObservationConvention();

	@Override
	public String getContextualName(BrokerSendContext context) {
		return context.destination() + " send";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(BrokerSendContext context) {
		return KeyValues.of(LowCardinalityKeys.SYSTEM.withValue("redis"),
				LowCardinalityKeys.OPERATION.withValue("send"),
				LowCardinalityKeys.TRANSPORT.withValue(context.transport().toString()), LowCardinalityKeys.DESTINATION
					.withValue(isChannel(context) ? KeyValue.NONE_VALUE : context.destination()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(BrokerSendContext context) {
		KeyValues values = KeyValues.of(HighCardinalityKeys.MESSAGES.withValue(Integer.toString(context.messages())));
		return isChannel(context) ? values.and(HighCardinalityKeys.CHANNEL.withValue(context.destination())) : values;
	}

	private static boolean isChannel(BrokerSendContext context) {
		return context.transport() == TransportType.CHANNEL;
	}

}
