package io.redisbroker.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When something was last taken over from a consumer of the group, as far as this one
 * knows. What was asked for after that can't have been taken from it as long as Redis
 * names the same moment, so that settling it needs no look at who owns it. Thread-safe.
 */
final class Takeovers {

	/** Where that is not known: settling looks at everything. */
	static final String UNKNOWN = "";

	private final Map<String, String> last = new ConcurrentHashMap<>();

	String lastOf(String stream) {
		return this.last.getOrDefault(stream, UNKNOWN);
	}

	void learn(String stream, String takeover) {
		this.last.put(stream, takeover);
	}

}
