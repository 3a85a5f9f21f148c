package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.TransportType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines about the start and the stop of a listener.
 */
public final class ListenerLog {

	private static final Logger logger = LoggerFactory.getLogger(ListenerLog.class);

	/** The number of names in a line at most. */
	private static final int MOST_NAMES = 10;

	private ListenerLog() {
	}

	/**
	 * A listener has started.
	 * @param endpoint the listener
	 * @param consumers the names under which Redis knows it, if there are any
	 */
	public static void started(ListenerEndpoint endpoint, Collection<String> consumers) {
		if (logger.isInfoEnabled()) {
			logger.info("Listener '{}' has started: {}", endpoint.id(), describe(endpoint, consumers));
		}
	}

	/**
	 * A listener has stopped.
	 * @param endpoint the listener
	 */
	public static void stopped(ListenerEndpoint endpoint) {
		logger.info("Listener '{}' has stopped", endpoint.id());
	}

	/**
	 * Calls of a listener are interrupted, since it stops.
	 * @param endpoint the listener
	 * @param timeout how long they went on
	 */
	static void interrupted(ListenerEndpoint endpoint, Duration timeout) {
		logger.warn("Listener '{}' still works {} ms after its stop began and is interrupted; its messages are {}",
				endpoint.id(), timeout.toMillis(),
				(endpoint.transport() == TransportType.CHANNEL || endpoint.settings().ackMode() == AckMode.NONE)
						? "not delivered again" : "delivered again");
	}

	static void dropped(ListenerEndpoint endpoint, int messages) {
		logger.warn("Listener '{}' has stopped and drops {} messages it had not begun, {}", endpoint.id(), messages,
				(endpoint.transport() == TransportType.CHANNEL) ? "because Redis does not keep messages of channels"
						: "because its ack mode is NONE");
	}

	public static void notHandedBack(ListenerEndpoint endpoint, Throwable failure) {
		logger.warn(
				"Listener '{}' could not hand back its messages; they are delivered again after the reclaim delay: {}",
				endpoint.id(), failure.toString());
	}

	static String describe(ListenerEndpoint endpoint, Collection<String> consumers) {
		List<String> parts = new ArrayList<>();
		parts.add(named(endpoint.transport().toString(), endpoint.sources()));
		if (endpoint.group() != null) {
			parts.add("group " + endpoint.group());
		}
		parts.add("concurrency " + endpoint.settings().concurrency());
		parts.add("ack mode " + endpoint.settings().ackMode());
		if (!consumers.isEmpty()) {
			parts.add(named("consumer", consumers));
		}
		return String.join(", ", parts);
	}

	private static String named(String what, Collection<String> names) {
		String listed = names.stream().limit(MOST_NAMES).collect(Collectors.joining(" and "));
		int more = names.size() - MOST_NAMES;
		return what + ((names.size() > 1) ? "s " : " ") + listed + ((more > 0) ? " and " + more + " more" : "");
	}

}
