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
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes sending and receiving. Without an observation handler the cost is one check,
 * and messages get no additional headers. Thread-safe.
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
	 * @param registry the registry
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
	 * Observes a call that sends, until Redis has answered. A failing observation affects
	 * neither the call nor its answer.
	 * @param <T> the answer
	 * @param transport {@code stream}, {@code queue} or {@code channel}
	 * @param destination the key or channel
	 * @param messages the number of messages
	 * @param send sends, with headers that the messages need beside their own: those of
	 * the trace, or none
	 * @return the future of {@code send}
	 */
	public <T> CompletableFuture<T> send(TransportType transport, String destination, int messages,
			Function<Map<String, String>, CompletableFuture<T>> send) {
		if (this.registry.isNoop()) {
			return send.apply(Map.of());
		}
		BrokerSendContext context = new BrokerSendContext(transport, destination, messages);
		Observation observation;
		try {
			observation = BrokerObservation.SEND
				.observation(this.sendConvention, DefaultBrokerSendObservationConvention.INSTANCE, () -> context,
						this.registry)
				.start();
		}
		catch (Throwable ex) {
			logger.warn("Sending to '{}' is not observed, because the observation failed to start: {}", destination,
					ex.toString(), ex);
			return send.apply(Map.of());
		}
		try {
			return send.apply(context.headers()).whenComplete((answer, failure) -> end(observation, failure));
		}
		catch (RuntimeException ex) {
			end(observation, ex);
			throw ex;
		}
	}

	private static void end(Observation observation, @Nullable Throwable failure) {
		if (failure != null) {
			Throwable cause = failure.getCause();
			tell(() -> observation.error((failure instanceof CompletionException && cause != null) ? cause : failure));
		}
		tell(observation::stop);
	}

	/** A failing observation never affects the message. */
	private static void tell(Runnable report) {
		try {
			report.run();
		}
		catch (Throwable ex) {
			logger.warn("An observation failed with {}", ex.getClass().getName(), ex);
		}
	}

	/**
	 * Observes a call of a listener. The same thread closes the observation after the
	 * call. A failing observation keeps no message from being handled or settled.
	 * @param transport {@code stream}, {@code queue} or {@code channel}
	 * @param listener the listener's id
	 * @param deliveries the messages of the call, at least one
	 * @return the started observation
	 */
	public Reception receive(TransportType transport, String listener, Supplier<List<Delivery>> deliveries) {
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
		catch (Throwable ex) {
			logger.warn("A call of listener '{}' is not observed, because the observation failed to start: {}",
					listener, ex.toString(), ex);
			return Reception.UNOBSERVED;
		}
	}

	/** An observed call of a listener. Used by one thread. */
	public static final class Reception implements AutoCloseable {

		private static final Reception UNOBSERVED = new Reception(Observation.NOOP, Observation.Scope.NOOP);

		private final Observation observation;

		private final Observation.Scope scope;

		private Reception(Observation observation, Observation.Scope scope) {
			this.observation = observation;
			this.scope = scope;
		}

		/**
		 * Reports a failure.
		 * @param failure the exception
		 */
		public void failed(Throwable failure) {
			tell(() -> this.observation.error(failure));
		}

		@Override
		public void close() {
			tell(this.scope::close);
			tell(this.observation::stop);
		}

	}

}
