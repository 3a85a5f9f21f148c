package io.redisbroker.engine.settlement;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.redisbroker.client.Reply;
import io.redisbroker.message.Delivery;

/**
 * The moment of the last takeover of each source: when a consumer last took deliveries
 * from another one, as far as this consumer knows. It stamps each delivery. As long as
 * Redis names the same moment, no delivery with this stamp was taken over, so settling it
 * needs no look at its owner. Thread-safe.
 */
public final class Takeovers {

	/** The stamp when the moment is not known: settling looks at each owner. */
	public static final String UNKNOWN = "";

	/** The part that scripts share which read or write it. */
	public static final String SCRIPT = "/io/redisbroker/engine/settlement/takeovers.lua";

	private final Map<String, String> last = new ConcurrentHashMap<>();

	/**
	 * Returns the last takeover, the stamp of the deliveries that are read next.
	 * @param source the source
	 * @return the moment, as Redis names it; {@link #UNKNOWN} when it is not known
	 */
	public String lastOf(String source) {
		return this.last.getOrDefault(source, UNKNOWN);
	}

	/**
	 * Notes the last takeover from a reply.
	 * @param source the source
	 * @param reply a script's reply, the third value of which is the last takeover
	 * @return the last takeover, the stamp of the deliveries in the same reply
	 */
	public String learnFrom(String source, List<?> reply) {
		String takeover = Reply.text(reply.get(2));
		this.last.put(source, takeover);
		return takeover;
	}

	/**
	 * Returns the common stamp of deliveries that are settled together.
	 * @param deliveries the deliveries, at least one
	 * @param stamp returns the stamp of one of them
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
