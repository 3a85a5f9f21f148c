package io.redisbroker.autoconfigure;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.redisbroker.admin.DelayedMessage;
import io.redisbroker.admin.EntryRange;
import io.redisbroker.admin.LeasedMessage;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.PendingFilter;
import io.redisbroker.admin.Sources;
import io.redisbroker.admin.StoredEntry;
import io.redisbroker.admin.WaitingMessage;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.View;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The messages in the sources of registered listeners, as the endpoint shows them.
 */
final class EndpointInside {

	private final ListenerRegistry registry;

	private final Sources sources;

	private final EndpointValues values;

	EndpointInside(ListenerRegistry registry, Sources sources, EndpointValues values) {
		this.registry = registry;
		this.sources = sources;
		this.values = values;
	}

	/**
	 * Looks into a source of a listener.
	 * @param show whether {@code show-values} shows values to the caller
	 */
	Object look(String listener, View view, Question question, boolean show) {
		String source = EndpointRequests.sourceOf(this.registry, listener, question.source());
		question.check(view);
		int most = EndpointRequests.limit(question.limit());
		EndpointValues.Shown shown = this.values.of(listener, source,
				(most == 1) ? EndpointValues.WHOLE : EndpointValues.SHORTENED, show);
		return EndpointRequests.told(() -> {
			Sources inside = this.sources.ofListener(listener);
			return switch (view) {
				case ENTRIES -> seen(source, inside.entries(source, question.range(), question.from(), most),
						(StoredEntry entry) -> Entry.of(entry, shown));
				case PENDING -> seen(source,
						inside.pending(source, group(listener, question), question.filter(), question.from(), most),
						Function.identity());
				case GROUPS -> new Seen(source, inside.groups(source), null);
				case CONSUMERS -> new Seen(source, inside.consumers(source, group(listener, question)), null);
				case WAITING -> seen(source, inside.waiting(source, question.from(), most),
						(WaitingMessage message) -> Waiting.of(message, shown));
				case DELAYED -> seen(source, inside.delayed(source, question.from(), most),
						(DelayedMessage message) -> Delayed.of(message, shown));
				case LEASED -> seen(source, inside.leased(source, question.from(), most),
						(LeasedMessage message) -> Leased.of(message, shown));
			};
		});
	}

	private static <T> Seen seen(String source, Page<T> page, Function<T, ?> item) {
		return new Seen(source, page.items().stream().map(item).toList(), page.next());
	}

	private String group(String listener, Question question) {
		if (question.group() != null) {
			return question.group();
		}
		return this.registry.container(listener)
			.map(ListenerContainer::endpoint)
			.map((endpoint) -> endpoint.group())
			.orElseThrow(() -> new IllegalArgumentException("Listener '" + listener
					+ "' has no consumer group; name one of the stream by 'group', see the groups"));
	}

	/**
	 * The parameters of a request.
	 *
	 * @param source which of the listener's sources
	 * @param group the consumer group, if not the listener's own
	 * @param consumer only entries that are pending for this consumer
	 * @param idle only entries that are idle for this long
	 * @param start the lower bound of entries
	 * @param end the upper bound of entries
	 * @param newestFirst whether the newest entry comes first
	 * @param from where the page starts
	 * @param limit the size of the page
	 */
	record Question(@Nullable String source, @Nullable String group, @Nullable String consumer, @Nullable Duration idle,
			@Nullable String start, @Nullable String end, @Nullable Boolean newestFirst, @Nullable String from,
			@Nullable Integer limit) {

		private static final Map<View, Set<String>> PARAMETERS = Map.of(View.ENTRIES,
				Set.of("start", "end", "newestFirst", "from", "limit"), View.PENDING,
				Set.of("group", "consumer", "idle", "from", "limit"), View.GROUPS, Set.of(), View.CONSUMERS,
				Set.of("group"), View.WAITING, Set.of("from", "limit"), View.DELAYED, Set.of("from", "limit"),
				View.LEASED, Set.of("from", "limit"));

		/** A parameter without effect would be taken for a filter. */
		void check(View view) {
			Map<String, @Nullable Object> given = new LinkedHashMap<>();
			given.put("group", this.group);
			given.put("consumer", this.consumer);
			given.put("idle", this.idle);
			given.put("start", this.start);
			given.put("end", this.end);
			given.put("newestFirst", this.newestFirst);
			given.put("from", this.from);
			given.put("limit", this.limit);
			Set<String> known = new TreeSet<>(PARAMETERS.getOrDefault(view, Set.of()));
			given.forEach((name, value) -> {
				if (value != null && !known.contains(name)) {
					known.add("source");
					throw EndpointRequests.invalid("There is no parameter '" + name + "' of "
							+ view.name().toLowerCase(Locale.ROOT) + "; there are " + String.join(", ", known));
				}
			});
		}

		EntryRange range() {
			EntryRange range = EntryRange.ALL;
			if (this.start != null) {
				String bound = bound(this.start);
				range = isExclusive(this.start) ? range.after(bound) : range.from(bound);
			}
			if (this.end != null) {
				String bound = bound(this.end);
				range = isExclusive(this.end) ? range.before(bound) : range.to(bound);
			}
			return Boolean.TRUE.equals(this.newestFirst) ? range.newestFirst() : range;
		}

		private static boolean isExclusive(String bound) {
			return bound.startsWith("(");
		}

		/** An id, or the milliseconds of a time. */
		private static String bound(String text) {
			String bound = isExclusive(text) ? text.substring(1) : text;
			if (bound.indexOf(':') < 0) {
				return bound;
			}
			try {
				return String.valueOf(Math.max(0, Instant.parse(bound).toEpochMilli()));
			}
			catch (DateTimeException | ArithmeticException ex) {
				throw new IllegalArgumentException("'" + bound
						+ "' is no time; write one such as 2026-01-31T08:00:00Z, or an id such as 1526569495631-0", ex);
			}
		}

		PendingFilter filter() {
			return new PendingFilter(this.consumer, (this.idle != null) ? this.idle : Duration.ZERO);
		}

	}

	/**
	 * A part of a source.
	 *
	 * @param source the source
	 * @param items the part that was found, in order
	 * @param next where the next page starts, as {@code from}; nothing after the last
	 */
	record Seen(String source, List<?> items, @Nullable String next) {
	}

	/**
	 * Payload and headers, sanitized.
	 *
	 * @param payload the payload as text; nothing for an entry without payload
	 * @param payloadSize the size of the payload in bytes
	 * @param headers the headers
	 * @param fields the fields of an entry without payload
	 */
	record Content(@Nullable String payload, @Nullable Integer payloadSize, Map<String, @Nullable String> headers,
			@Nullable Map<String, @Nullable String> fields) {

		static @Nullable Content of(Delivery.@Nullable Content content, EndpointValues.Shown shown) {
			if (content == null) {
				return null;
			}
			byte[] payload = content.payload();
			return new Content(shown.payload(payload), (payload != null) ? payload.length : null,
					shown.headers(content.headers()), (payload == null) ? shown.headers(content.fields()) : null);
		}

	}

	/** See {@link StoredEntry}. */
	record Entry(String id, @Nullable Instant sentAt, String messageId, @Nullable String recipient,
			@Nullable Content content) {

		static Entry of(StoredEntry entry, EndpointValues.Shown shown) {
			return new Entry(entry.id(), entry.content().sentAt(entry.id()), entry.messageId(), entry.recipient(),
					Content.of(entry.content(), shown));
		}

	}

	/** See {@link WaitingMessage}. */
	record Waiting(long position, @Nullable Content content) {

		static Waiting of(WaitingMessage message, EndpointValues.Shown shown) {
			return new Waiting(message.position(), Content.of(message.content(), shown));
		}

	}

	/** See {@link DelayedMessage}. */
	record Delayed(String id, Instant due, boolean redelivery, long deliveries, long failures,
			@Nullable Content content) {

		static Delayed of(DelayedMessage message, EndpointValues.Shown shown) {
			return new Delayed(message.id(), message.due(), message.isRedelivery(), message.deliveries(),
					message.failures(), Content.of(message.content(), shown));
		}

	}

	/** See {@link LeasedMessage}. */
	record Leased(String id, String owner, Instant until, long deliveries, long failures, @Nullable Content content) {

		static Leased of(LeasedMessage message, EndpointValues.Shown shown) {
			return new Leased(message.id(), message.owner(), message.until(), message.deliveries(), message.failures(),
					Content.of(message.content(), shown));
		}

	}

}
