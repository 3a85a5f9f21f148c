package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Set;

import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Inside;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Part;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.View;
import io.redisbroker.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows dead letters and other messages over HTTP, where the caller is known.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = RedisBrokerEndpoint.class)
public class RedisBrokerEndpointWebExtension {

	private final RedisBrokerEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	RedisBrokerEndpointWebExtension(RedisBrokerEndpoint endpoint, Show showValues, Set<String> roles) {
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Lists dead letters of a listener, the oldest first. Values are shown to callers for
	 * which {@code management.endpoint.redisbroker.show-values} allows it.
	 * @param securityContext the caller
	 * @param id the listener's id
	 * @param part {@code dead-letters}
	 * @param source which of its sources, where it has several
	 * @param letter the id of the only one to show, with its whole payload; {@code null}
	 * for a page
	 * @param exception only those with this class of exception, or {@code null}
	 * @param reason only those with this reason, or {@code null}
	 * @param from where a page starts: {@code next} of the one before, or {@code null}
	 * @param limit how many at most, 20 unless it is said, and never more than 1000;
	 * fewer where they are large
	 * @return a page
	 */
	@ReadOperation
	public Object deadLetters(SecurityContext securityContext, @Selector String id, @Selector Part part,
			@Nullable String source, @Nullable String letter, @Nullable String exception,
			DeadLetter.@Nullable Reason reason, @Nullable String from, @Nullable Integer limit) {
		return this.endpoint.deadLetters(id, source, letter, exception, reason, from, limit,
				this.showValues.isShown(securityContext, this.roles));
	}

	/**
	 * Looks into a source of a listener, and changes nothing. Values are shown to callers
	 * for which {@code management.endpoint.redisbroker.show-values} allows it.
	 * @param securityContext the caller
	 * @param id the listener's id
	 * @param inside {@code inside}
	 * @param view the part of the source
	 * @param source which of its sources, where it has several
	 * @param group of pending entries and consumers: the consumer group, if not the
	 * listener's own
	 * @param consumer only entries that are pending for this consumer, or {@code null}
	 * @param idle only pending entries that are idle for this long, or {@code null}
	 * @param start the lower bound of entries: an id, milliseconds since 1970 or a time
	 * such as {@code 2026-01-31T08:00:00Z}; with {@code (} before it the bound is
	 * excluded; {@code null} for none
	 * @param end the upper bound of entries
	 * @param newestFirst whether the newest entry comes first
	 * @param from where a page starts: {@code next} of the one before, or {@code null}
	 * @param limit how many at most, 20 unless it is said, and never more than 1000;
	 * fewer where they are large. A page of one shows its whole payload
	 * @return a page
	 * @throws InvalidEndpointRequestException when there is no such listener, the source
	 * has no such part, or a parameter does not fit
	 */
	@ReadOperation
	public Object look(SecurityContext securityContext, @Selector String id, @Selector Inside inside,
			@Selector View view, @Nullable String source, @Nullable String group, @Nullable String consumer,
			@Nullable Duration idle, @Nullable String start, @Nullable String end, @Nullable Boolean newestFirst,
			@Nullable String from, @Nullable Integer limit) {
		return this.endpoint.look(id, view,
				new EndpointInside.Question(source, group, consumer, idle, start, end, newestFirst, from, limit),
				this.showValues.isShown(securityContext, this.roles));
	}

}
