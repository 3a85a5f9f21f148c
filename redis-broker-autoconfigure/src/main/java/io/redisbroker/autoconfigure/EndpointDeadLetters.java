package io.redisbroker.autoconfigure;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetterPage;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.autoconfigure.EndpointSanitizer.Kind;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of registered listeners, as the endpoint shows and works on them: of
 * the listener that is named, and of no other that shares their stream.
 */
final class EndpointDeadLetters {

	/** How many a stream holds at most whose dead letters are counted. */
	private static final int MOST_COUNTED = 10_000;

	/** Details of the failure that can quote neither payload nor headers. */
	private static final Set<String> OPEN = Set.of("source", "source-type", "pattern", "id", "group", "deliveries",
			"failures", "reason", "listener", "exception", "ack-mode", "redrives");

	private final ListenerRegistry registry;

	private final DeadLetters letters;

	private final EndpointValues values;

	EndpointDeadLetters(ListenerRegistry registry, DeadLetters letters, EndpointValues values) {
		this.registry = registry;
		this.letters = letters;
		this.values = values;
	}

	Object list(String listener, @Nullable String source, DeadLetterFilter filter, @Nullable String from,
			@Nullable Integer limit, boolean values) {
		String of = sourceOf(listener, source);
		int most = EndpointRequests.limit(limit);
		return EndpointRequests.told(() -> {
			DeadLetters dead = this.letters.ofListener(listener);
			return page(dead, of, () -> dead.list(of, filter, from, most),
					(letter) -> letter(letter, listener, of, EndpointValues.SHORTENED, values));
		});
	}

	/** One, with its whole payload. */
	Object show(String listener, @Nullable String source, String letter, boolean values) {
		String of = sourceOf(listener, source);
		return EndpointRequests.told(() -> {
			DeadLetters dead = this.letters.ofListener(listener);
			return page(dead, of, () -> new DeadLetterPage(dead.find(of, letter).stream().toList(), null),
					(each) -> letter(each, listener, of, EndpointValues.WHOLE, values));
		});
	}

	/** To count means to look at each, which takes long where there are very many. */
	private static Page page(DeadLetters dead, String source, Supplier<DeadLetterPage> letters,
			Function<StoredDeadLetter, Letter> shown) {
		long stored = dead.stored(source);
		Long count = (stored <= MOST_COUNTED) ? dead.count(source) : null;
		DeadLetterPage page = letters.get();
		return new Page(source, count, stored, page.letters().stream().map(shown).toList(), page.next());
	}

	private Letter letter(StoredDeadLetter letter, String listener, String source, int longest, boolean values) {
		EndpointValues.Shown shown = this.values.of(listener, source, longest, values);
		Map<String, @Nullable String> failure = new LinkedHashMap<>();
		letter.told().forEach((name, text) -> {
			if (OPEN.contains(name)) {
				failure.put(name, text);
			}
			// these fields are the message's headers
			else if (!name.equals("fields")) {
				failure.put(name, shown.value(Kind.FAILURE, DeadLetter.PREFIX + name, text));
			}
		});
		byte[] payload = letter.payload();
		return new Letter(letter.id(), letter.at(), letter.redrives(), failure, shown.headers(letter.headers()),
				shown.payload(payload), (payload != null) ? payload.length : null);
	}

	/** Many take their time; the caller does not wait for them. */
	Object redrive(String listener, @Nullable String source, @Nullable String letter, DeadLetterFilter filter,
			boolean all, @Nullable Integer perSecond) {
		boolean filtered = !filter.equals(DeadLetterFilter.ALL);
		if ((letter != null && (filtered || all || perSecond != null)) || (filtered && all)) {
			throw EndpointRequests
				.invalid("Name a 'letter', or an 'exception' or 'reason', or say 'all', and not several of these");
		}
		String of = sourceOf(listener, source);
		return EndpointRequests.told(() -> {
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
		return EndpointRequests.told(() -> new Result(of,
				(this.letters.ofListener(listener).delete(of, List.of(letter)) > 0) ? "deleted" : "not there"));
	}

	private String sourceOf(String listener, @Nullable String source) {
		return EndpointRequests.sourceOf(this.registry, listener, source);
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
	 * @param failure details of the failure, texts sanitized
	 * @param headers the message's headers, or all of its fields, sanitized
	 * @param payload its payload as text, sanitized; in a list no more than its beginning
	 * @param payloadSize the size of its payload in bytes
	 */
	record Letter(String id, Instant at, int redrives, Map<String, @Nullable String> failure,
			Map<String, @Nullable String> headers, @Nullable String payload, @Nullable Integer payloadSize) {
	}

	/**
	 * The result of an operation.
	 *
	 * @param source the source
	 * @param result {@code redriven}, {@code begun}, {@code deleted} or {@code not there}
	 */
	record Result(String source, String result) {
	}

}
