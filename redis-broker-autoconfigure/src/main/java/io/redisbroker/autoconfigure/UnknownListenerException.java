package io.redisbroker.autoconfigure;

import java.util.List;

import io.redisbroker.listener.ListenerRegistry;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * The endpoint is asked for a listener that this instance does not have.
 */
class UnknownListenerException extends InvalidEndpointRequestException {

	private static final long serialVersionUID = 1L;

	/** How many ids an answer names at most. */
	private static final int SOME = 20;

	UnknownListenerException(String id, ListenerRegistry registry) {
		this(text(id, registry.containers().stream().map((container) -> container.endpoint().id()).sorted().toList()));
	}

	private UnknownListenerException(String text) {
		super(text, text);
	}

	private static String text(String id, List<String> known) {
		String listeners = String.join(", ", known.subList(0, Math.min(SOME, known.size())));
		return "There is no listener '" + id + "'; " + (known.isEmpty() ? "there are none"
				: "there are " + listeners + ((known.size() > SOME) ? ", …" : ""));
	}

}
