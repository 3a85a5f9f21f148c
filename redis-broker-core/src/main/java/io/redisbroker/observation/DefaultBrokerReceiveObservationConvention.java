package io.redisbroker.observation;

import java.util.stream.Collectors;

import io.micrometer.common.KeyValues;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import io.redisbroker.observation.BrokerObservation.HighCardinalityKeys;
import io.redisbroker.observation.BrokerObservation.LowCardinalityKeys;

/**
 * The names of receiving, unless the application has its own convention. A channel that
 * matched a pattern is named by the pattern.
 *
 * @since 0.1.0
 */
public class DefaultBrokerReceiveObservationConvention implements BrokerReceiveObservationConvention {

	/** The convention, which has no state. */
	public static final DefaultBrokerReceiveObservationConvention INSTANCE = new DefaultBrokerReceiveObservationConvention();

	@Override
	public String getContextualName(BrokerReceiveContext context) {
		return destination(context) + " receive";
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(BrokerReceiveContext context) {
		return KeyValues.of(LowCardinalityKeys.SYSTEM.withValue("redis"),
				LowCardinalityKeys.OPERATION.withValue("receive"),
				LowCardinalityKeys.TRANSPORT.withValue(context.transport().toString()),
				LowCardinalityKeys.DESTINATION.withValue(destination(context)),
				LowCardinalityKeys.LISTENER.withValue(context.listener()));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(BrokerReceiveContext context) {
		int messages = context.deliveries().size();
		if (messages > 1) {
			return KeyValues.of(HighCardinalityKeys.MESSAGES.withValue(Integer.toString(messages)));
		}
		Delivery delivery = context.deliveries().get(0);
		KeyValues values = KeyValues.of(HighCardinalityKeys.MESSAGES.withValue("1"),
				HighCardinalityKeys.MESSAGE_ID.withValue(delivery.id()),
				HighCardinalityKeys.DELIVERY_COUNT.withValue(Long.toString(delivery.deliveryCount())));
		return context.transport() == TransportType.CHANNEL
				? values.and(HighCardinalityKeys.CHANNEL.withValue(delivery.source())) : values;
	}

	private static String destination(BrokerReceiveContext context) {
		return context.deliveries().stream().map(Delivery::origin).distinct().sorted().collect(Collectors.joining(","));
	}

}
