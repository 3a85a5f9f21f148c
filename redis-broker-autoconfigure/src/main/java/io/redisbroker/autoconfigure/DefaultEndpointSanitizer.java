package io.redisbroker.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Hides all values from callers to which none are shown. For others, applies the
 * application's sanitizing functions: they see a value by its name, and each field of a
 * JSON payload or header by its path, for example {@code payload.card.token}.
 */
final class DefaultEndpointSanitizer implements EndpointSanitizer {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Sanitizer sanitizer;

	private final boolean active;

	DefaultEndpointSanitizer(List<SanitizingFunction> functions) {
		this.sanitizer = new Sanitizer(functions);
		this.active = !functions.isEmpty();
	}

	@Override
	public @Nullable String sanitize(Value value, boolean show) {
		String text = value.text();
		String whole = sanitized(value.name(), text, show);
		if (!show || !this.active || !text.equals(whole) || value.kind() == Kind.FAILURE) {
			return whole;
		}
		JsonNode json = json(text);
		// one that needs no change is shown as it was written
		return (json != null && sanitizeWithin(json, value.name())) ? JSON.writeValueAsString(json) : text;
	}

	private @Nullable String sanitized(String key, String text, boolean show) {
		Object shown = this.sanitizer.sanitize(new SanitizableData(null, key, text), show);
		return (shown != null) ? shown.toString() : null;
	}

	private static @Nullable JsonNode json(String text) {
		String trimmed = text.stripLeading();
		if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) {
			return null;
		}
		try {
			return JSON.readTree(text);
		}
		catch (JacksonException ex) {
			// not JSON, so it has no fields
			return null;
		}
	}

	/** Returns whether it has changed something. */
	private boolean sanitizeWithin(JsonNode json, String key) {
		boolean changed = false;
		if (json instanceof ObjectNode object) {
			for (String name : List.copyOf(object.propertyNames())) {
				JsonNode sanitized = sanitizedNode(object.get(name), key + "." + name);
				if (sanitized != null) {
					object.set(name, sanitized);
					changed = true;
				}
			}
		}
		else if (json instanceof ArrayNode array) {
			for (int i = 0; i < array.size(); i++) {
				JsonNode sanitized = sanitizedNode(array.get(i), key + "[" + i + "]");
				if (sanitized != null) {
					array.set(i, sanitized);
					changed = true;
				}
			}
		}
		return changed;
	}

	/** Returns the node that takes the place of one, or {@code null} for no change. */
	private @Nullable JsonNode sanitizedNode(JsonNode node, String key) {
		String text = node.isString() ? node.asString() : node.toString();
		String sanitized = sanitized(key, text, true);
		if (!text.equals(sanitized)) {
			return (sanitized != null) ? StringNode.valueOf(sanitized) : JSON.nullNode();
		}
		return sanitizeWithin(node, key) ? node : null;
	}

}
