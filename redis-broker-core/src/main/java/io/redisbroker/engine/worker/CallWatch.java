package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts the calls of a listener that exceed its time limit, and reports long ones
 * where there is no limit. Used by one thread.
 */
final class CallWatch {

	private static final Logger logger = LoggerFactory.getLogger(CallWatch.class);

	/** The time after the interrupt, unless the limit is shorter. */
	private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);

	private static final Duration SHORTEST_REPORTED = Duration.ofMinutes(1);

	private static final int MOST_NAMED = 3;

	private final ListenerEndpoint endpoint;

	private final @Nullable Duration limit;

	private final Duration grace;

	private final Duration reportAfter;

	CallWatch(ListenerEndpoint endpoint) {
		this(endpoint, longer(endpoint.settings().reclaimDelay().multipliedBy(5), SHORTEST_REPORTED));
	}

	/**
	 * Creates a watch.
	 * @param endpoint the listener
	 * @param reportAfter when a call that has no limit is reported
	 */
	CallWatch(ListenerEndpoint endpoint, Duration reportAfter) {
		this.endpoint = endpoint;
		this.limit = endpoint.settings().maxProcessingTime();
		this.grace = (this.limit != null && this.limit.compareTo(LONGEST_GRACE) < 0) ? this.limit : LONGEST_GRACE;
		this.reportAfter = reportAfter;
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

	/** The time between two looks: at most a tenth of the limit. */
	long periodMillis() {
		long tenth = ((this.limit != null) ? this.limit : this.reportAfter).toMillis() / 10;
		return Math.max(10, Math.min((this.limit != null) ? 1000 : 5000, tenth));
	}

	/** Interrupts, gives up or reports a call, if it takes too long. */
	void check(RunningCall call) {
		if (this.limit != null) {
			hold(call, this.limit);
		}
		boolean hasLimit = this.limit != null && call.isListening();
		if (!hasLimit && System.nanoTime() - call.since() > this.reportAfter.toNanos() && call.report()) {
			logger.warn(
					"Listener '{}' has been busy with {} for more than {} s, on thread '{}', and may never return; "
							+ "DEBUG shows where it is. The message stays with this instance meanwhile. Give its calls "
							+ "to other systems a timeout, or the listener a max-processing-time",
					this.endpoint.id(), named(call), this.reportAfter.toSeconds(), call.thread().getName());
			logger.debug("Thread '{}' is at{}", call.thread().getName(), stack(call));
		}
	}

	private void hold(RunningCall call, Duration limit) {
		if (call.exceeds(limit.toNanos())) {
			call.report();
			if (call.hasOwnThread()) {
				logger.warn(
						"Listener '{}' exceeds its max-processing-time of {} ms on {}, and its thread '{}' is "
								+ "interrupted. If the call then throws, that counts as a failure",
						this.endpoint.id(), limit.toMillis(), named(call), call.thread().getName());
			}
			else {
				logger.warn(
						"Listener '{}' exceeds its max-processing-time of {} ms on {}, and can't be interrupted, since "
								+ "thread '{}' is not the listener's own. Use an executor that has threads",
						this.endpoint.id(), limit.toMillis(), named(call), call.thread().getName());
			}
			logger.debug("Thread '{}' is at{}", call.thread().getName(), stack(call));
		}
		else if (call.givesUp(limit.plus(this.grace).toNanos())) {
			logger.error("Listener '{}' goes on with {} though its max-processing-time of {} ms ended {} ms ago. {}. "
					+ "Thread '{}' handles no other message until the call returns: let the listener end when it "
					+ "is interrupted, or give its calls to other systems a timeout. It is at{}", this.endpoint.id(),
					named(call), limit.toMillis(), this.grace.toMillis(), consequence(), call.thread().getName(),
					stack(call));
		}
	}

	private String consequence() {
		return (this.endpoint.settings().ackMode() == AckMode.NONE)
				? "Its messages are not delivered again, because its ack mode is NONE"
				: "Its messages are not renewed any more, and are delivered again after the reclaim delay of "
						+ this.endpoint.settings().reclaimDelay().toMillis() + " ms, to an instance with a free worker";
	}

	private static String named(RunningCall call) {
		List<InFlight> work = call.work();
		String first = work.stream()
			.limit(MOST_NAMED)
			.map((each) -> each.delivery().toString())
			.collect(Collectors.joining(", "));
		return (work.size() > MOST_NAMED) ? first + " and " + (work.size() - MOST_NAMED) + " more" : first;
	}

	private static String stack(RunningCall call) {
		StringBuilder stack = new StringBuilder();
		for (StackTraceElement element : call.thread().getStackTrace()) {
			stack.append("\n\tat ").append(element);
		}
		return stack.toString();
	}

}
