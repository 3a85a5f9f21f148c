package io.redisbroker.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.redisbroker.deadletter.DeadLetterFilter;
import io.redisbroker.deadletter.DeadLetterPage;
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
 * The dead letters of registered listeners, as the endpoint shows and works on them: of
 * the listener that is named, and of no other that shares their stream.
 */
final class EndpointDeadLetters {

	private static final int SOME = 20;

	private static final int MOST = 1000;

	/** How many a stream holds at most whose dead letters are counted. */
	private static final int MOST_COUNTED = 10_000;

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
		String of = sourceOf(listener, source);
		int most = Math.max(1, Math.min(MOST, (limit != null) ? limit : SOME));
		return told(() -> {
			DeadLetters dead = this.letters.ofListener(listener);
			return page(dead, of, SHORTENED, () -> dead.list(of, filter, from, most));
		});
	}

	/** One, with its whole payload. */
	Object show(String listener, @Nullable String source, String letter) {
		String of = sourceOf(listener, source);
		return told(() -> {
			DeadLetters dead = this.letters.ofListener(listener);
			return page(dead, of, Integer.MAX_VALUE,
					() -> new DeadLetterPage(dead.find(of, letter).stream().toList(), null));
		});
	}

	/** To count means to look at each, which takes long where there are very many. */
	private static Page page(DeadLetters dead, String source, int longest, Supplier<DeadLetterPage> letters) {
		long stored = dead.stored(source);
		Long count = (stored <= MOST_COUNTED) ? dead.count(source) : null;
		DeadLetterPage page = letters.get();
		return new Page(source, count, stored,
				page.letters().stream().map((letter) -> letter(letter, longest)).toList(), page.next());
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
		String of = sourceOf(listener, source);
		return told(() -> {
			DeadLetters dead = this.letters.ofListener(listener);
			if (letter != null) {
				return new Result(of, dead.redrive(of, letter) ? "redriven" : "not there");
			}
			if (!filtered && !all) {
				throw new IllegalArgumentException(
						"Name the 'letter' to redrive, or an 'exception' or 'reason', or say 'all'");
			}
			if (perSecond == null) {
				throw new IllegalArgumentException("Say how many to redrive 'perSecond'");
			}
			dead.redriveAll(of, filter, perSecond);
			return new Result(of, "begun");
		});
	}

	Object delete(String listener, @Nullable String source, String letter) {
		String of = sourceOf(listener, source);
		return told(() -> new Result(of,
				(this.letters.ofListener(listener).delete(of, List.of(letter)) > 0) ? "deleted" : "not there"));
	}

	private String sourceOf(String listener, @Nullable String source) {
		ListenerEndpoint endpoint = this.registry.container(listener)
			.map(ListenerContainer::endpoint)
			.orElseThrow(() -> RedisBrokerEndpoint.noListener(listener));
		List<String> sources = endpoint.sources();
		String named = (source == null && sources.size() == 1) ? sources.get(0) : source;
		if (named == null || !sources.contains(named)) {
			throw invalid("Name a 'source' of listener '" + listener + "': " + String.join(", ", sources));
		}
		return named;
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
	 * @param count how many the listener has; nothing where it would take long to count
	 * @param stored how many their stream holds, of all that share it
	 * @param letters the dead letters, the oldest first
	 * @param next where the next page starts, as {@code from}; nothing after the last
	 */
	record Page(String source, @Nullable Long count, long stored, List<Letter> letters, @Nullable String next) {
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
