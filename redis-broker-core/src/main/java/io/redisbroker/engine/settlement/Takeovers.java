package io.redisbroker.engine.settlement;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.redisbroker.client.Reply;
import io.redisbroker.message.Delivery;

/**
 * When something was last taken over from another consumer of a source, as far as this
 * one knows. What was asked for after that can't have been taken from it as long as Redis
 * names the same moment, so that settling it needs no look at who owns it. Thread-safe.
 */
public final class Takeovers {

	/** Where that is not known: settling looks at everything. */
	public static final String UNKNOWN = "";

	/** What scripts share who read or write it. */
	public static final String SCRIPT = "/io/redisbroker/engine/settlement/takeovers.lua";

	private final Map<String, String> last = new ConcurrentHashMap<>();

	/**
	 * Returns the last takeover. What is asked for next is stamped with it.
	 * @param source the source
	 * @return when it was, in Redis' words; {@link #UNKNOWN} where that is not known
	 */
	public String lastOf(String source) {
		return this.last.getOrDefault(source, UNKNOWN);
	}

	/**
	 * Notes what Redis said.
	 * @param source the source
	 * @param reply a script's reply, the third value of which is the last takeover
	 * @return the last takeover, with which what is in the same reply is stamped
	 */
	public String learnFrom(String source, List<?> reply) {
		String takeover = Reply.text(reply.get(2));
		this.last.put(source, takeover);
		return takeover;
	}

	/**
	 * Returns what deliveries are stamped with that are settled together.
	 * @param deliveries the deliveries, at least one
	 * @param stamp the stamp of one of them
	 * @return the stamp of all, or {@link #UNKNOWN} where they differ
	 */
	public static String commonOf(List<Delivery> deliveries, Function<Delivery, String> stamp) {
		String first = stamp.apply(deliveries.get(0));
		for (Delivery delivery : deliveries) {
			if (!stamp.apply(delivery).equals(first)) {
				return UNKNOWN;
			}
		}
		return first;
	}

}
