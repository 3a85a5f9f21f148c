package io.redisbroker.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the broker, with their names and keys.
 *
 * @since 0.1.0
 */
public enum BrokerObservation implements ObservationDocumentation {

	/** A call that sends, until Redis has answered. */
	SEND {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultBrokerSendObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return new KeyName[] { LowCardinalityKeys.SYSTEM, LowCardinalityKeys.OPERATION,
					LowCardinalityKeys.TRANSPORT, LowCardinalityKeys.DESTINATION };
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return new KeyName[] { HighCardinalityKeys.MESSAGES, HighCardinalityKeys.CHANNEL };
		}

	},

	/** A call of a listener: decoding, validating, and the listener itself. */
	RECEIVE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultBrokerReceiveObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeys.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeys.values();
		}

	};

	/** Keys with few values, fit for meters. */
	public enum LowCardinalityKeys implements KeyName {

		/** Always {@code redis}. */
		SYSTEM("messaging.system"),

		/** {@code send} or {@code receive}. */
		OPERATION("messaging.operation.name"),

		/** {@code stream}, {@code queue} or {@code channel}. */
		TRANSPORT("redis.broker.transport"),

		/**
		 * The key of the stream or queue. For messages received from a channel the
		 * subscribed channel or pattern, for messages sent to one {@code none}.
		 */
		DESTINATION("messaging.destination.name"),

		/** The id of the listener. */
		LISTENER("redis.broker.listener");

		private final String key;

		LowCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/** Keys with any number of values, for traces only. */
	public enum HighCardinalityKeys implements KeyName {

		/** The number of messages in the call. */
		MESSAGES("messaging.batch.message_count"),

		/** The id of the message, where there is one. */
		MESSAGE_ID("messaging.message.id"),

		/** The number of deliveries of the message, including this one. */
		DELIVERY_COUNT("redis.broker.delivery.count"),

		/** The name of the channel. */
		CHANNEL("redis.broker.channel");

		private final String key;

		HighCardinalityKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
