package io.redisbroker.client.pubsub;

/**
 * A channel or pattern to subscribe to. Immutable.
 *
 * @param kind its kind
 * @param name the channel or pattern, as Redis knows it
 */
public record Topic(Kind kind, String name) {

	@Override
	public String toString() {
		return this.kind.text + " '" + this.name + "'";
	}

	/** The kinds of pub/sub. */
	public enum Kind {

		/** A channel: {@code SUBSCRIBE}. In a cluster any node serves it. */
		CHANNEL("channel"),

		/** All channels whose names match: {@code PSUBSCRIBE}. */
		PATTERN("pattern"),

		/** A sharded channel: {@code SSUBSCRIBE}, on the node that owns its slot. */
		SHARD("sharded channel");

		private final String text;

		Kind(String text) {
			this.text = text;
		}

	}

}
