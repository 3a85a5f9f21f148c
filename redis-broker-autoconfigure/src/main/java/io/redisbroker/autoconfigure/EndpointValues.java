package io.redisbroker.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.autoconfigure.EndpointSanitizer.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.SanitizableData;

/**
 * Shows values of messages as far as the caller may see them. A sanitizer that fails
 * hides the value.
 */
final class EndpointValues {

	/** The length of payloads and headers in a list, in characters. */
	static final int SHORTENED = 2000;

	static final int WHOLE = Integer.MAX_VALUE;

	private static final Logger logger = LoggerFactory.getLogger(EndpointValues.class);

	private final EndpointSanitizer sanitizer;

	/** Kinds of values whose failing sanitizer is logged already. */
	private final Set<Kind> failed = ConcurrentHashMap.newKeySet();

	EndpointValues(EndpointSanitizer sanitizer) {
		this.sanitizer = sanitizer;
	}

	/**
	 * Shows the values of messages of one source.
	 * @param listener the listener that the caller names
	 * @param source the source
	 * @param longest the length after which values are cut off, in characters
	 * @param show whether {@code show-values} shows values to the caller
	 */
	Shown of(String listener, String source, int longest, boolean show) {
		return (kind, name, text) -> {
			String shown = sanitize(new EndpointSanitizer.Value(listener, source, kind, name, text), show);
			return (shown == null || shown.length() <= longest) ? shown : shown.substring(0, longest) + "…";
		};
	}

	private @Nullable String sanitize(EndpointSanitizer.Value value, boolean show) {
		try {
			return this.sanitizer.sanitize(value, show);
		}
		catch (RuntimeException ex) {
			if (this.failed.add(value.kind())) {
				logger.warn("The application's sanitizer fails on '{}' of a message of '{}'. The value is hidden",
						value.name(), value.source(), ex);
			}
			return SanitizableData.SANITIZED_VALUE;
		}
	}

	/** Shows the values of messages of one source. */
	interface Shown {

		@Nullable String value(Kind kind, String name, String text);

		default @Nullable String payload(byte @Nullable [] payload) {
			return (payload != null) ? value(Kind.PAYLOAD, "payload", new String(payload, StandardCharsets.UTF_8))
					: null;
		}

		default Map<String, @Nullable String> headers(Map<String, String> headers) {
			Map<String, @Nullable String> shown = new LinkedHashMap<>();
			headers.forEach((name, text) -> shown.put(name, value(Kind.HEADER, name, text)));
			return shown;
		}

	}

}
