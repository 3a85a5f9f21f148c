package io.redisbroker.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.redisbroker.deadletter.DeadLetterFilter;
import io.redisbroker.deadletter.DeadLetterPage;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.deadletter.DeadLetters;
import io.redisbroker.deadletter.StoredDeadLetter;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.dao.DataAccessException;

/**
 * The dead letters of registered listeners, as the endpoint shows and works on them.
 */
final class EndpointDeadLetters {

	private static final int SOME = 20;

	private static final int MOST = 1000;

	/** Of payloads and headers in a list, in characters. */
	private static final int SHORTENED = 2000;

	private final ListenerRegistry registry;

	private final DeadLetters letters;

	EndpointDeadLetters(ListenerRegistry registry, DeadLetters letters) {
		this.registry = registry;
		this.letters = letters;
	}

	Object list(String listener, @Nullable String source, DeadLetterFilter filter, @Nullable String from,
			@Nullable Integer limit) {
		DeadLetterSource of = sourceOf(listener, source);
		DeadLetters dead = this.letters.of(of);
		int most = Math.max(1, Math.min(MOST, (limit != null) ? limit : SOME));
		return told(() -> {
			long count = dead.count(of.source());
			DeadLetterPage page = dead.list(of.source(), filter, from, most);
			return new Page(of.source(), count,
					page.letters().stream().map((letter) -> letter(letter, SHORTENED)).toList(), page.next());
		});
	}

	/** One, with its whole payload. */
	Object show(String listener, @Nullable String source, String letter) {
		DeadLetterSource of = sourceOf(listener, source);
		DeadLetters dead = this.letters.of(of);
		return told(() -> new Page(of.source(), dead.count(of.source()),
				dead.find(of.source(), letter).stream().map((found) -> letter(found, Integer.MAX_VALUE)).toList(),
				null));
	}

	private static Letter letter(StoredDeadLetter letter, int longest) {
		byte[] payload = letter.payload();
		Map<String, String> headers = letter.headers();
		headers.replaceAll((name, value) -> shortened(value, longest));
		return new Letter(letter.id(), letter.at(), letter.redrives(), letter.told(), headers,
				(payload != null) ? shortened(new String(payload, StandardCharsets.UTF_8), longest) : null,
				(payload != null) ? payload.length : null);
	}

	private static String shortened(String text, int longest) {
		return (text.length() <= longest) ? text : text.substring(0, longest) + "…";
	}

	/** Many take their time, which nobody waits for. */
	Object redrive(String listener, @Nullable String source, @Nullable String letter, DeadLetterFilter filter,
			boolean all, @Nullable Integer perSecond) {
		boolean filtered = !filter.equals(DeadLetterFilter.ALL);
		if ((letter != null && (filtered || all || perSecond != null)) || (filtered && all)) {
			throw invalid("Name a 'letter', or an 'exception' or 'reason', or say 'all', and not several of these");
		}
		DeadLetterSource of = sourceOf(listener, source);
		DeadLetters dead = this.letters.of(of);
		return told(() -> {
			if (letter != null) {
				return new Result(of.source(), dead.redrive(of.source(), letter) ? "redriven" : "not there");
			}
			if (!filtered && !all) {
				throw new IllegalArgumentException(
						"Name the 'letter' to redrive, or an 'exception' or 'reason', or say 'all'");
			}
			if (perSecond == null) {
				throw new IllegalArgumentException("Say how many to redrive 'perSecond'");
			}
			dead.redriveAll(of.source(), filter, perSecond);
			return new Result(of.source(), "begun");
		});
	}

	Object delete(String listener, @Nullable String source, String letter) {
		DeadLetterSource of = sourceOf(listener, source);
		DeadLetters dead = this.letters.of(of);
		return told(() -> new Result(of.source(),
				(dead.delete(of.source(), List.of(letter)) > 0) ? "deleted" : "not there"));
	}

	/** Several listeners may have the same source, and keep its dead letters apart. */
	private DeadLetterSource sourceOf(String listener, @Nullable String source) {
		ListenerEndpoint endpoint = this.registry.container(listener)
			.map(ListenerContainer::endpoint)
			.orElseThrow(() -> RedisBrokerEndpoint.noListener(listener));
		List<String> sources = endpoint.sources();
		String named = (source == null && sources.size() == 1) ? sources.get(0) : source;
		if (named == null || !sources.contains(named)) {
			throw invalid("Name a 'source' of listener '" + listener + "': " + String.join(", ", sources));
		}
		return new DeadLetterSource(named, endpoint.transport(), endpoint.settings().deadLettersOf(named));
	}

	private static Object told(Supplier<Object> work) {
		try {
			return work.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
		catch (DataAccessException ex) {
			return new WebEndpointResponse<>(Map.of("error", String.valueOf(ex.getMessage())),
					WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

	private static InvalidEndpointRequestException invalid(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

	/**
	 * Some dead letters.
	 *
	 * @param source the source
	 * @param count how many there are
	 * @param letters the dead letters, the oldest first
	 * @param next where the next page starts, as {@code from}; nothing after the last
	 */
	record Page(String source, long count, List<Letter> letters, @Nullable String next) {
	}

	/**
	 * A dead letter.
	 *
	 * @param id its id
	 * @param at when it became one
	 * @param redrives how often it was put back
	 * @param failure what is told about the failure
	 * @param headers the message's headers, or all of its fields
	 * @param payload its payload as text; in a list no more than its beginning
	 * @param payloadSize the size of its payload in bytes
	 */
	record Letter(String id, Instant at, int redrives, Map<String, String> failure, Map<String, String> headers,
			@Nullable String payload, @Nullable Integer payloadSize) {
	}

	/**
	 * What came of an operation.
	 *
	 * @param source the source
	 * @param result {@code redriven}, {@code begun}, {@code deleted} or {@code not there}
	 */
	record Result(String source, String result) {
	}

}
