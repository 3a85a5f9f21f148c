package io.redisbroker.autoconfigure;

import java.util.Set;

import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Part;
import io.redisbroker.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows dead letters over HTTP, where it is known who asks.
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
	 * Lists dead letters of a listener, the oldest first. Values are shown to those to
	 * whom {@code management.endpoint.redisbroker.show-values} shows them.
	 * @param securityContext who asks
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

}
