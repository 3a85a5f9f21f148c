package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.message.Delivery;

/**
 * Stands around every call of a listener: for logging contexts, transactions, tenants.
 * Beans of this type are called in their order, the first outermost. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerInterceptor {

	/**
	 * Calls the listener, or does not: then the messages count as handled, and with
	 * {@code AckMode.MANUAL} stay unsettled until they are acknowledged.
	 * @param invocation the call
	 * @throws Throwable the failure of the listener, or another one, which then counts as
	 * the failure of the listener
	 */
	void intercept(Invocation invocation) throws Throwable;

	/** A call of a listener. */
	interface Invocation {

		/**
		 * Names the listener.
		 * @return its id
		 */
		String listenerId();

		/**
		 * Returns the deliveries that the listener gets.
		 * @return one delivery, or those of a batch in their order
		 */
		List<Delivery> deliveries();

		/**
		 * Goes on to the next interceptor, and at last to the listener.
		 * @throws Throwable the failure of the listener
		 */
		void proceed() throws Throwable;

	}

}
