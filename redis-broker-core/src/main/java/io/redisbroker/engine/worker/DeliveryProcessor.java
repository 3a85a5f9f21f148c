package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.observation.BrokerObservations.Reception;
import io.redisbroker.retry.BatchListenerFailedException;
import io.redisbroker.retry.Causes;
import io.redisbroker.retry.ProcessingTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles deliveries, in the same way for every transport: checks that they still are
 * ours and were not delivered too often, decodes them, calls the listener, and settles
 * them by the end of the call. A failure concerns these deliveries only.
 */
public final class DeliveryProcessor {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryProcessor.class);

	private final ListenerEndpoint endpoint;

	private final AckMode ackMode;

	private final ListenerAdvice advice;

	private final BrokerEvents events;

	private final BrokerObservations observations;

	private final FailedDeliveries failed;

	private final DecodingBrake brake;

	public DeliveryProcessor(ListenerEndpoint endpoint, ListenerRuntime runtime) {
		this.endpoint = endpoint;
		this.ackMode = endpoint.settings().ackMode();
		this.advice = runtime.advice();
		this.events = runtime.events();
		this.observations = runtime.observations();
		this.failed = new FailedDeliveries(endpoint, runtime.advice(), runtime.events());
		this.brake = new DecodingBrake(endpoint, runtime);
	}

	/** See {@link FailedDeliveries#interrupted}. */
	public void interrupted() {
		this.failed.interrupted();
	}

	/** Reports deliveries that were not begun and can't be handed back. */
	public void drop(List<InFlight> rest) {
		if (!rest.isEmpty()) {
			ListenerLog.dropped(this.endpoint, rest.size());
			rest.forEach((each) -> this.events.dropped(this.endpoint.id(), each.delivery()));
		}
	}

	/** Is on while hardly any message can be decoded. */
	public DecodingBrake brake() {
		return this.brake;
	}

	public void process(RunningCall turn) {
		try {
			List<InFlight> ours = begin(this.brake.readable(turn.work()));
			if (!ours.isEmpty()) {
				observe(turn, ours);
			}
		}
		finally {
			turn.work().forEach((each) -> each.holder().finished(each));
		}
	}

	private List<InFlight> begin(List<InFlight> work) {
		if (work.size() == 1) {
			return begin(work.get(0)) ? work : List.of();
		}
		List<InFlight> begun = new ArrayList<>(work.size());
		for (InFlight each : work) {
			if (begin(each)) {
				begun.add(each);
			}
		}
		return begun;
	}

	private boolean begin(InFlight work) {
		if (!isOurs(work) || isExhausted(work)) {
			return false;
		}
		work.markBegun();
		this.events.begun(this.endpoint.id(), work.delivery());
		return true;
	}

	private void observe(RunningCall turn, List<InFlight> work) {
		try (Reception reception = this.observations.receive(this.endpoint.transport(), this.endpoint.id(),
				() -> deliveries(work))) {
			PreparedCall call = new PreparedCall(work.size());
			for (List<InFlight> rest = work; !rest.isEmpty(); rest = rest(rest)) {
				prepare(rest.get(0), call, reception);
			}
			if (!call.isEmpty()) {
				call(turn, call, reception);
			}
		}
	}

	private List<InFlight> rest(List<InFlight> work) {
		return (work.size() == 1) ? List.of() : this.brake.readable(work.subList(1, work.size()));
	}

	private static List<Delivery> deliveries(List<InFlight> work) {
		return (work.size() == 1) ? List.of(work.get(0).delivery()) : work.stream().map(InFlight::delivery).toList();
	}

	private boolean isOurs(InFlight work) {
		if (work.holder().confirm(work)) {
			return true;
		}
		if (work.isLost()) {
			this.events.lost(this.endpoint.id(), work.delivery());
		}
		logger.debug("Listener '{}' skips {}: another consumer owns it now, or may own it", this.endpoint.id(),
				work.delivery());
		return false;
	}

	/** Checked before the call, for messages that kill their process. */
	private boolean isExhausted(InFlight work) {
		if (this.ackMode == AckMode.NONE
				|| work.delivery().deliveryCount() <= this.endpoint.settings().maxDeliveries()) {
			return false;
		}
		this.failed.exhausted(work);
		return true;
	}

	private void prepare(InFlight work, PreparedCall call, Reception reception) {
		try {
			call.add(work, this.endpoint.handler().prepare(work.delivery(), work));
			this.brake.succeeded();
		}
		catch (UnpreparedException ex) {
			reception.failed(ex.failure());
			this.brake.succeeded();
			this.failed.failed(work, ex.failure());
		}
		catch (Throwable ex) {
			reception.failed(ex);
			this.brake.failed(ex);
			this.failed.undecodable(work, ex);
		}
	}

	private void call(RunningCall turn, PreparedCall call, Reception reception) {
		Throwable thrown = null;
		long start = turn.enter();
		try {
			this.advice.call(this.endpoint, call);
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		boolean inTime = !turn.leave();
		if (turn.wasGivenUp()) {
			logger.warn("Listener '{}' has ended, after {} ms, a call that was given up; its thread is free again",
					this.endpoint.id(), Duration.ofNanos(System.nanoTime() - start).toMillis());
		}
		if (thrown == null) {
			handled(call.work(), start);
		}
		else {
			UnaryOperator<Throwable> explained = inTime ? UnaryOperator.identity() : this::tooLong;
			reception.failed(explained.apply(thrown));
			handled(failSome(call.work(), thrown, explained), start);
		}
	}

	private ProcessingTimeoutException tooLong(Throwable thrown) {
		Duration limit = Objects.requireNonNull(this.endpoint.settings().maxProcessingTime());
		return new ProcessingTimeoutException(
				"Listener '" + this.endpoint.id() + "' exceeded its max-processing-time of " + limit.toMillis() + " ms",
				thrown);
	}

	private void handled(List<InFlight> handled, long start) {
		if (!handled.isEmpty()) {
			this.events.handled(this.endpoint.id(), deliveries(handled), Duration.ofNanos(System.nanoTime() - start));
		}
		if (this.ackMode == AckMode.AUTO) {
			handled.forEach(InFlight::acknowledgeQuietly);
		}
	}

	/** Returns those of a batch that did not fail. */
	private List<InFlight> failSome(List<InFlight> ready, Throwable failure, UnaryOperator<Throwable> explained) {
		SortedMap<Integer, Throwable> failures = failedPositions(failure, ready.size());
		List<InFlight> handled = new ArrayList<>();
		for (int i = 0; i < ready.size(); i++) {
			Throwable own = failures.isEmpty() ? failure : failures.get(i);
			if (own != null) {
				this.failed.failed(ready.get(i), explained.apply(own));
			}
			else {
				handled.add(ready.get(i));
			}
		}
		return handled;
	}

	/**
	 * The positions that a batch listener names in its failure; empty for all of them.
	 */
	private SortedMap<Integer, Throwable> failedPositions(Throwable failure, int size) {
		BatchListenerFailedException some = Causes.find(failure, BatchListenerFailedException.class);
		if (some == null) {
			return Collections.emptySortedMap();
		}
		SortedMap<Integer, Throwable> positions = some.failures();
		if (positions.lastKey() >= size) {
			logger.error("Listener '{}' says it failed on message {} of a batch of {}, counting from 0, so all of the "
					+ "batch counts as failed", this.endpoint.id(), positions.lastKey(), size);
			return Collections.emptySortedMap();
		}
		return positions;
	}

}
