package io.redisbroker.observation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes sending and receiving. Where nobody handles observations, it costs a look
 * whether that is so, and nothing is added to messages. Thread-safe.
 *
 * @since 0.1.0
 */
public final class BrokerObservations {

	/** Observes nothing. */
	public static final BrokerObservations NONE = new BrokerObservations(ObservationRegistry.NOOP, null, null);

	private static final Logger logger = LoggerFactory.getLogger(BrokerObservations.class);

	private final ObservationRegistry registry;

	private final @Nullable BrokerSendObservationConvention sendConvention;

	private final @Nullable BrokerReceiveObservationConvention receiveConvention;

	/**
	 * Creates observations.
	 * @param registry who is told
	 * @param sendConvention names and key values of sending, {@code null} for the default
	 * @param receiveConvention names and key values of receiving, {@code null} for the
	 * default
	 */
	public BrokerObservations(ObservationRegistry registry, @Nullable BrokerSendObservationConvention sendConvention,
			@Nullable BrokerReceiveObservationConvention receiveConvention) {
		this.registry = registry;
		this.sendConvention = sendConvention;
		this.receiveConvention = receiveConvention;
	}

	/**
	 * Observes a call that sends, until Redis has answered.
	 * @param <T> the answer
	 * @param transport {@code stream}, {@code queue} or {@code channel}
	 * @param destination where to
	 * @param messages how many messages
	 * @param send sends, with headers that the messages need beside their own: those of
	 * the trace, or none
	 * @return what {@code send} returned
	 */
	public <T> CompletableFuture<T> send(String transport, String destination, int messages,
			Function<Map<String, String>, CompletableFuture<T>> send) {
		if (this.registry.isNoop()) {
			return send.apply(Map.of());
		}
		BrokerSendContext context = new BrokerSendContext(transport, destination, messages);
		Observation observation = BrokerObservation.SEND
			.observation(this.sendConvention, DefaultBrokerSendObservationConvention.INSTANCE, () -> context,
					this.registry)
			.start();
		try {
			return send.apply(context.headers()).whenComplete((answer, failure) -> {
				if (failure != null) {
					failed(observation, failure);
				}
				observation.stop();
			});
		}
		catch (RuntimeException ex) {
			failed(observation, ex);
			observation.stop();
			throw ex;
		}
	}

	private static void failed(Observation observation, Throwable failure) {
		Throwable cause = failure.getCause();
		observation.error((failure instanceof CompletionException && cause != null) ? cause : failure);
	}

	/**
	 * Observes a call of a listener, which is to be closed when it is over, by the same
	 * thread. An observation that can't begin keeps no message from being handled.
	 * @param transport {@code stream}, {@code queue} or {@code channel}
	 * @param listener the listener's id
	 * @param deliveries what it is called with, at least one
	 * @return what is observed, begun
	 */
	public Reception receive(String transport, String listener, Supplier<List<Delivery>> deliveries) {
		if (this.registry.isNoop()) {
			return Reception.UNOBSERVED;
		}
		try {
			Observation observation = BrokerObservation.RECEIVE
				.observation(this.receiveConvention, DefaultBrokerReceiveObservationConvention.INSTANCE,
						() -> new BrokerReceiveContext(transport, listener, deliveries.get()), this.registry)
				.start();
			return new Reception(observation, observation.openScope());
		}
		catch (RuntimeException ex) {
			logger.warn("Listener '{}' works on unobserved: {}", listener, ex.toString(), ex);
			return Reception.UNOBSERVED;
		}
	}

	/** A call of a listener that is observed. Used by one thread. */
	public static final class Reception implements AutoCloseable {

		private static final Reception UNOBSERVED = new Reception(Observation.NOOP, Observation.Scope.NOOP);

		private final Observation observation;

		private final Observation.Scope scope;

		private Reception(Observation observation, Observation.Scope scope) {
			this.observation = observation;
			this.scope = scope;
		}

		/**
		 * Tells what went wrong.
		 * @param failure what was thrown
		 */
		public void failed(Throwable failure) {
			this.observation.error(failure);
		}

		@Override
		public void close() {
			this.scope.close();
			this.observation.stop();
		}

	}

}
