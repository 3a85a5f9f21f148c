package io.redisbroker.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.redisbroker.deadletter.DeadLetterFilter;
import io.redisbroker.deadletter.DeadLetterPage;
import io.redisbroker.deadletter.DeadLetters;
import io.redisbroker.deadletter.StoredDeadLetter;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * The dead letters of registered listeners, as the endpoint shows and works on them.
 */
final class EndpointDeadLetters {

	private static final int SOME = 20;

	private static final int MOST = 1000;

	private final ListenerRegistry registry;

	private final DeadLetters letters;

	EndpointDeadLetters(ListenerRegistry registry, DeadLetters letters) {
		this.registry = registry;
		this.letters = letters;
	}

	Page list(String listener, @Nullable String source, DeadLetterFilter filter, @Nullable String from,
			@Nullable Integer limit) {
		String of = sourceOf(listener, source);
		int most = Math.max(1, Math.min(MOST, (limit != null) ? limit : SOME));
		return told(() -> {
			DeadLetterPage page = this.letters.list(of, filter, from, most);
			return new Page(of, this.letters.count(of),
					page.letters().stream().map(EndpointDeadLetters::letter).toList(), page.next());
		});
	}

	private static Letter letter(StoredDeadLetter letter) {
		byte[] payload = letter.payload();
		return new Letter(letter.id(), letter.at(), letter.redrives(), letter.told(), letter.headers(),
				(payload != null) ? new String(payload, StandardCharsets.UTF_8) : null);
	}

	/** Many take their time, which nobody waits for. */
	Result redrive(String listener, @Nullable String source, @Nullable String letter, DeadLetterFilter filter,
			@Nullable Integer perSecond) {
		String of = sourceOf(listener, source);
		return told(() -> {
			if (letter != null) {
				return new Result(of, this.letters.redrive(of, letter) ? "redriven" : "not there");
			}
			if (perSecond == null) {
				throw new IllegalArgumentException("Name the 'letter' to redrive, or how many 'perSecond' of all");
			}
			this.letters.redriveAll(of, filter, perSecond);
			return new Result(of, "begun");
		});
	}

	Result delete(String listener, @Nullable String source, String letter) {
		String of = sourceOf(listener, source);
		return told(() -> new Result(of, (this.letters.delete(of, List.of(letter)) > 0) ? "deleted" : "not there"));
	}

	private String sourceOf(String listener, @Nullable String source) {
		List<String> sources = this.registry.container(listener)
			.map(ListenerContainer::endpoint)
			.orElseThrow(() -> RedisBrokerEndpoint.noListener(listener))
			.sources();
		if (source == null && sources.size() == 1) {
			return sources.get(0);
		}
		if (source == null || !sources.contains(source)) {
			throw invalid("Name a 'source' of listener '" + listener + "': " + String.join(", ", sources));
		}
		return source;
	}

	private static <T> T told(Work<T> work) {
		try {
			return work.run();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	private static InvalidEndpointRequestException invalid(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

	private interface Work<T> {

		T run();

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
	 * @param payload its payload as text
	 */
	record Letter(String id, Instant at, int redrives, Map<String, String> failure, Map<String, String> headers,
			@Nullable String payload) {
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
