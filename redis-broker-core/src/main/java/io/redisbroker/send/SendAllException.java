package io.redisbroker.send;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedRuntimeException;

/**
 * Some of many messages were not sent, or it is unknown whether Redis has them.
 *
 * @since 0.1.0
 */
public class SendAllException extends NestedRuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<@Nullable String> ids;

	public SendAllException(String destination, int messages, List<@Nullable String> ids, Throwable failure) {
		super("Of " + messages + " messages for '" + destination + "' "
				+ ids.stream().filter((id) -> id != null).count() + " were sent; the first failure: "
				+ failure.getMessage(), failure);
		this.ids = Collections.unmodifiableList(new ArrayList<>(ids));
	}

	/**
	 * Returns the outcome of each message, in order.
	 * @return an id for each that was sent, {@code null} for each that failed; messages
	 * beyond the end of the list were not tried
	 */
	public List<@Nullable String> ids() {
		return this.ids;
	}

}
