package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.observation.BrokerObservations.Reception;
import io.redisbroker.retry.BatchListenerFailedException;
import io.redisbroker.retry.Causes;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.settlement.AckMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a delivery, the same for every transport: is it still ours, was it
 * delivered too often, decode, call the listener, settle by how that ended. Whatever is
 * thrown concerns these deliveries only.
 */
final class DeliveryProcessor {

	private static final Logger logger = LoggerFactory.getLogger(DeliveryProcessor.class);

	private final ListenerEndpoint endpoint;

	private final AckMode ackMode;

	private final FailurePolicy failurePolicy;

	private final BrokerEvents events;

	private final BrokerObservations observations;

	DeliveryProcessor(ListenerEndpoint endpoint, BrokerEvents events, BrokerObservations observations) {
		this.endpoint = endpoint;
		this.ackMode = endpoint.settings().ackMode();
		this.failurePolicy = endpoint.settings().failurePolicy();
		this.events = events;
		this.observations = observations;
	}

	void process(List<InFlight> work) {
		try {
			List<InFlight> ours = new ArrayList<>(work.size());
			for (InFlight each : work) {
				if (isOurs(each) && !isExhausted(each)) {
					this.events.begun(this.endpoint.id(), each.delivery());
					ours.add(each);
				}
			}
			if (!ours.isEmpty()) {
				observe(ours);
			}
		}
		finally {
			work.forEach((each) -> each.holder().finished(each));
		}
	}

	private void observe(List<InFlight> work) {
		try (Reception reception = this.observations.receive(this.endpoint.transport(), this.endpoint.id(),
				() -> deliveries(work))) {
			List<InFlight> ready = new ArrayList<>(work.size());
			List<Object> prepared = new ArrayList<>(work.size());
			work.forEach((each) -> prepare(each, ready, prepared, reception));
			if (!ready.isEmpty()) {
				call(ready, prepared, reception);
			}
		}
	}

	private static List<Delivery> deliveries(List<InFlight> work) {
		return work.stream().map(InFlight::delivery).toList();
	}

	private boolean isOurs(InFlight work) {
		if (work.holder().confirm(work)) {
			work.markStarted();
			return true;
		}
		if (work.isLost()) {
			this.events.lost(this.endpoint.id(), work.delivery());
		}
		logger.debug("Listener '{}' skips {}: another consumer owns it now, or may do so", this.endpoint.id(),
				work.delivery());
		return false;
	}

	/** Checked before the call: a message that kills the process never gets past it. */
	private boolean isExhausted(InFlight work) {
		long count = work.delivery().deliveryCount();
		long max = this.endpoint.settings().maxDeliveries();
		if (this.ackMode == AckMode.NONE || count <= max) {
			return false;
		}
		logger.warn("Listener '{}' gives up {}: its consumers died or failed {} times. It goes to the dead letters",
				this.endpoint.id(), work.delivery(), max);
		work.deadLetter(new DeadLetter(DeadLetter.Reason.DELIVERIES_EXHAUSTED, this.endpoint.id(),
				"Delivered " + max + " times without being settled; its consumers died or were stopped", null));
		return true;
	}

	private void prepare(InFlight work, List<InFlight> ready, List<Object> prepared, Reception reception) {
		try {
			prepared.add(this.endpoint.handler().prepare(work.delivery(), work));
			ready.add(work);
		}
		catch (Throwable ex) {
			reception.failed(ex);
			this.events.failed(this.endpoint.id(), List.of(work.delivery()), ex);
			giveUpUndecodable(work, ex);
		}
	}

	/**
	 * What decoders and validators say may quote the payload, which belongs into no log.
	 */
	private void giveUpUndecodable(InFlight work, Throwable failure) {
		logger.error("Listener '{}' can't decode or validate {} ({}), which is {}", this.endpoint.id(), work.delivery(),
				failure.getClass().getSimpleName(), keepsFailed() ? "kept as a dead letter that says why"
						: "dropped, since nothing is delivered again here; DEBUG shows why");
		logger.debug("Listener '{}' can't decode or validate {}", this.endpoint.id(), work.delivery(), failure);
		giveUp(work, new DeadLetter(DeadLetter.Reason.UNDECODABLE, this.endpoint.id(), null, failure));
	}

	private void call(List<InFlight> ready, List<Object> prepared, Reception reception) {
		long start = System.nanoTime();
		try {
			this.endpoint.handler().handle(prepared);
			this.events.handled(this.endpoint.id(), deliveries(ready), Duration.ofNanos(System.nanoTime() - start));
		}
		catch (Throwable ex) {
			reception.failed(ex);
			SortedMap<Integer, Throwable> some = failedPositions(ex, ready.size());
			if (some.isEmpty()) {
				this.events.failed(this.endpoint.id(), deliveries(ready), ex);
				ready.forEach((each) -> fail(each, ex));
			}
			else {
				failSome(ready, some, Duration.ofNanos(System.nanoTime() - start));
			}
			return;
		}
		acknowledge(ready);
	}

	private void acknowledge(List<InFlight> handled) {
		if (this.ackMode == AckMode.AUTO) {
			handled.forEach(InFlight::acknowledge);
		}
	}

	/** What a batch listener says it failed on; empty when that is all of it. */
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

	private void failSome(List<InFlight> ready, SortedMap<Integer, Throwable> failures, Duration duration) {
		List<InFlight> handled = new ArrayList<>();
		for (int i = 0; i < ready.size(); i++) {
			Throwable failure = failures.get(i);
			if (failure == null) {
				handled.add(ready.get(i));
			}
			else {
				this.events.failed(this.endpoint.id(), List.of(ready.get(i).delivery()), failure);
				fail(ready.get(i), failure);
			}
		}
		if (!handled.isEmpty()) {
			this.events.handled(this.endpoint.id(), deliveries(handled), duration);
		}
		acknowledge(handled);
	}

	private void fail(InFlight work, Throwable failure) {
		Delivery delivery = work.delivery();
		if (work.isSettled()) {
			logger.warn("Listener '{}' failed after it had settled {}", this.endpoint.id(), delivery, failure);
			return;
		}
		DeadLetter letter = new DeadLetter(DeadLetter.Reason.DELIVERIES_EXHAUSTED, this.endpoint.id(), null, failure);
		if (this.ackMode == AckMode.NONE) {
			logger.error("Listener '{}' failed on {}, which is {}", this.endpoint.id(), delivery,
					keepsFailed() ? "kept as a dead letter" : "dropped, since nothing is delivered again here",
					failure);
			giveUp(work, letter);
			return;
		}
		FailurePolicy.Decision decision = this.failurePolicy.decide(delivery, failure);
		if (decision instanceof FailurePolicy.Retry retry) {
			logger.warn("Listener '{}' failed on {} (delivery {} of {}), again in {} ms", this.endpoint.id(), delivery,
					delivery.deliveryCount(), this.endpoint.settings().maxDeliveries(), retry.after().toMillis(),
					failure);
			work.retry(retry.after());
		}
		else {
			logger.error("Listener '{}' failed on {} (delivery {}). It goes to the dead letters", this.endpoint.id(),
					delivery, delivery.deliveryCount(), failure);
			work.deadLetter(letter);
		}
	}

	/** At most once keeps what failed only where that was asked for. */
	private boolean keepsFailed() {
		return this.ackMode != AckMode.NONE || this.endpoint.settings().deadLetters() != null;
	}

	private void giveUp(InFlight work, DeadLetter letter) {
		if (keepsFailed()) {
			work.deadLetter(letter);
		}
		else {
			this.events.dropped(this.endpoint.id(), work.delivery());
		}
	}

}
