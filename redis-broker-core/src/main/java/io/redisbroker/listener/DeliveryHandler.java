package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;

/**
 * Handles deliveries for a container, in two steps, so that a payload that can't be
 * decoded is told from a listener that fails. Thread-safe.
 *
 * @since 0.1.0
 */
public interface DeliveryHandler {

	/**
	 * Tells whether one call takes many deliveries.
	 * @return whether {@link #handle} takes lists longer than one
	 */
	default boolean isBatch() {
		return false;
	}

	/**
	 * Decodes and validates a delivery. An exception sends it to the dead letters at
	 * once: no repetition will mend it.
	 * @param delivery the delivery
	 * @param acknowledgment how to settle it by hand
	 * @return the argument for {@link #handle}
	 * @throws Exception when the delivery can't be decoded or is not valid
	 */
	Object prepare(Delivery delivery, Acknowledgment acknowledgment) throws Exception;

	/**
	 * Does the work. An exception means that all of it failed, unless it is, or is caused
	 * by, a {@link io.redisbroker.retry.BatchListenerFailedException}.
	 * @param prepared the results of {@link #prepare}, in order
	 * @throws Throwable when the work failed
	 */
	void handle(List<Object> prepared) throws Throwable;

	/**
	 * A handler for code that wants deliveries as they are.
	 * @param listener the code
	 * @return the handler
	 */
	static DeliveryHandler of(DeliveryListener listener) {
		return new DeliveryHandler() {

			@Override
			public Object prepare(Delivery delivery, Acknowledgment acknowledgment) {
				return new Prepared(delivery, acknowledgment);
			}

			@Override
			public void handle(List<Object> prepared) throws Throwable {
				for (Object each : prepared) {
					Prepared call = (Prepared) each;
					listener.onDelivery(call.delivery(), call.acknowledgment());
				}
			}

			record Prepared(Delivery delivery, Acknowledgment acknowledgment) {
			}

		};
	}

	/** Code that handles deliveries. */
	@FunctionalInterface
	interface DeliveryListener {

		/**
		 * Handles one delivery.
		 * @param delivery the delivery
		 * @param acknowledgment settles it by hand, with {@code AckMode.MANUAL}
		 * @throws Exception when handling failed
		 */
		void onDelivery(Delivery delivery, Acknowledgment acknowledgment) throws Exception;

	}

}
