package io.redisbroker.observation;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to several receivers.
 */
final class CompositeBrokerEvents implements BrokerEvents {

	private static final Logger logger = LoggerFactory.getLogger(CompositeBrokerEvents.class);

	private final List<BrokerEvents> events;

	CompositeBrokerEvents(List<BrokerEvents> events) {
		this.events = List.copyOf(events);
	}

	private void tell(Consumer<BrokerEvents> report) {
		for (BrokerEvents each : this.events) {
			try {
				report.accept(each);
			}
			catch (Throwable ex) {
				logger.warn("{} failed on an event of a listener, which goes on: such a bean must not throw",
						each.getClass().getName(), ex);
			}
		}
	}

	@Override
	public void unregistered(String listener) {
		tell((each) -> each.unregistered(listener));
	}

	@Override
	public void started(String listener) {
		tell((each) -> each.started(listener));
	}

	@Override
	public void stopped(String listener) {
		tell((each) -> each.stopped(listener));
	}

	@Override
	public void paused(String listener) {
		tell((each) -> each.paused(listener));
	}

	@Override
	public void resumed(String listener) {
		tell((each) -> each.resumed(listener));
	}

	@Override
	public void gaveUp(String listener, Throwable failure) {
		tell((each) -> each.gaveUp(listener, failure));
	}

	@Override
	public void begun(String listener, Delivery delivery) {
		tell((each) -> each.begun(listener, delivery));
	}

	@Override
	public void handled(String listener, List<Delivery> deliveries, Duration duration) {
		tell((each) -> each.handled(listener, deliveries, duration));
	}

	@Override
	public void failed(String listener, List<Delivery> deliveries, Throwable failure) {
		tell((each) -> each.failed(listener, deliveries, failure));
	}

	@Override
	public void retried(String listener, Delivery delivery) {
		tell((each) -> each.retried(listener, delivery));
	}

	@Override
	public void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
		tell((each) -> each.deadLettered(listener, delivery, letter));
	}

	@Override
	public void dropped(String listener, Delivery delivery) {
		tell((each) -> each.dropped(listener, delivery));
	}

	@Override
	public void overflowed(String listener, Delivery delivery) {
		tell((each) -> each.overflowed(listener, delivery));
	}

	@Override
	public void gap(String listener, String channel, Duration duration) {
		tell((each) -> each.gap(listener, channel, duration));
	}

	@Override
	public void reclaimed(String listener, List<Delivery> deliveries) {
		tell((each) -> each.reclaimed(listener, deliveries));
	}

	@Override
	public void lost(String listener, Delivery delivery) {
		tell((each) -> each.lost(listener, delivery));
	}

	@Override
	public void trimmed(String listener, String source, int messages) {
		tell((each) -> each.trimmed(listener, source, messages));
	}

	@Override
	public void disconnected(String listener, Throwable failure) {
		tell((each) -> each.disconnected(listener, failure));
	}

	@Override
	public void hindered(String listener, String activity, Throwable failure) {
		tell((each) -> each.hindered(listener, activity, failure));
	}

	@Override
	public void reconnected(String listener, Duration gap) {
		tell((each) -> each.reconnected(listener, gap));
	}

}
