package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.settlement.Refusals;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a loop that fail now, besides reading. Each is logged once per cause,
 * counted each time, and shown with the newest cause until it succeeds again.
 * Thread-safe.
 */
public final class Troubles implements Refusals {

	private static final Logger logger = LoggerFactory.getLogger(Troubles.class);

	/** Failures that last until they are mended, so they are logged at once. */
	private static final Set<String> LASTING = Set.of("OOM", "MISCONF", "NOREPLICAS", "BUSY");

	/** Other failures are logged after this time: failing reads report a failover. */
	private static final Duration TOLD_AFTER = Duration.ofSeconds(10);

	private final String listenerId;

	private final String source;

	private final BrokerEvents events;

	private final Set<Object> refused = ConcurrentHashMap.newKeySet();

	private final Map<ListenerProblem.Kind, Trouble> current = new EnumMap<>(ListenerProblem.Kind.class);

	public Troubles(String listenerId, String source, BrokerEvents events) {
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
	}

	@Override
	public Refusals of(String one) {
		return new Refusals() {

			@Override
			public void refused(Object settler, Throwable failure) {
				Troubles.this.refused(settler, failure, one);
			}

			@Override
			public void accepted(Object settler) {
				Troubles.this.accepted(settler);
			}

		};
	}

	@Override
	public void refused(Object settler, Throwable failure) {
		refused(settler, failure, this.source);
	}

	private void refused(Object settler, Throwable failure, String where) {
		this.refused.add(settler);
		failed(ListenerProblem.Kind.SETTLE, failure, where);
	}

	@Override
	public void accepted(Object settler) {
		if (this.refused.remove(settler) && this.refused.isEmpty()) {
			succeeded(ListenerProblem.Kind.SETTLE);
		}
	}

	public synchronized boolean has(ListenerProblem.Kind kind) {
		return this.current.containsKey(kind);
	}

	public void failed(ListenerProblem.Kind kind, Throwable failure) {
		failed(kind, failure, this.source);
	}

	private void failed(ListenerProblem.Kind kind, Throwable failure, String where) {
		String cause = causeOf(failure);
		boolean told;
		synchronized (this) {
			Trouble before = this.current.get(kind);
			long since = (before != null) ? before.since() : System.nanoTime();
			boolean known = before != null && before.told().equals(codeOf(failure));
			told = !known && (!passes(failure) || System.nanoTime() - since > TOLD_AFTER.toNanos());
			this.current.put(kind,
					new Trouble(since, where, cause, told ? codeOf(failure) : (before != null) ? before.told() : ""));
		}
		this.events.hindered(this.listenerId, kind.name().toLowerCase(java.util.Locale.ROOT), failure);
		if (told) {
			logger.warn("Listener '{}' can't {} of {}, and goes on trying: {}{}", this.listenerId, kind.activity(),
					where, cause, adviceOn(failure));
		}
		logger.debug("Listener '{}' can't {} of {}", this.listenerId, kind.activity(), where, failure);
	}

	public void succeeded(ListenerProblem.Kind kind) {
		Trouble ended;
		synchronized (this) {
			ended = this.current.isEmpty() ? null : this.current.remove(kind);
		}
		if (ended != null && !ended.told().isEmpty()) {
			logger.info("Listener '{}' can {} of {} again, after {} ms", this.listenerId, kind.activity(),
					ended.where(), ended.duration().toMillis());
		}
	}

	public synchronized List<ListenerProblem> list() {
		List<ListenerProblem> problems = new ArrayList<>();
		this.current.forEach((kind, trouble) -> problems
			.add(new ListenerProblem(kind, trouble.where(), trouble.cause(), trouble.duration())));
		return problems;
	}

	public static String causeOf(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		String message = (cause != null) ? cause.getMessage() : null;
		return (message == null) ? String.valueOf(cause)
				: message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
	}

	/** Names a cause without the parts of its text that differ each time. */
	public static String codeOf(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		return (cause instanceof RedisErrorException error) ? error.code()
				: String.valueOf((cause != null) ? cause.getClass() : null);
	}

	private static boolean passes(Throwable failure) {
		return Failures.isTransient(failure) && !LASTING.contains(codeOf(failure));
	}

	/** How a person can mend it; empty where there is no advice. */
	public static String adviceOn(Throwable failure) {
		return switch (codeOf(failure)) {
			case "OOM" -> ". Give Redis more memory, or delete keys";
			case "MISCONF" -> ". Redis can't write to its disk; its log says why";
			case "NOREPLICAS" -> ". Redis has fewer replicas than min-replicas-to-write asks for";
			case "WRONGTYPE" -> ". Another program uses a key of this name; rename or delete that key";
			case "NOPERM" -> ". Grant the user of this application the right that is named";
			case "READONLY" -> ". The server is a replica now; the application looks for the primary";
			default -> "";
		};
	}

	/**
	 * A step that fails.
	 *
	 * @param since when it failed first, as {@code nanoTime}
	 * @param where the source, or all sources of the loop
	 * @param cause the newest cause
	 * @param told the code of the cause that was logged; empty when none was
	 */
	private record Trouble(long since, String where, String cause, String told) {

		Duration duration() {
			return Duration.ofNanos(System.nanoTime() - this.since);
		}

	}

}
