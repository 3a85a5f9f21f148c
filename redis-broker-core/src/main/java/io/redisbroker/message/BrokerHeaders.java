package io.redisbroker.message;

/**
 * Names of the headers that the broker adds to a message for listener methods, for use
 * with {@code @Header}.
 *
 * @since 0.1.0
 */
public final class BrokerHeaders {

	/** The prefix of all these names, which no other header has. */
	public static final String PREFIX = "redisbroker_";

	/** The stream, queue or channel that the message comes from ({@code String}). */
	public static final String SOURCE = "redisbroker_source";

	/** The id of the message ({@code String}). */
	public static final String ID = "redisbroker_id";

	/** The number of deliveries of the message, this one included ({@code Long}). */
	public static final String DELIVERY_COUNT = "redisbroker_deliveryCount";

	/** The number of failures before this delivery ({@code Long}). */
	public static final String FAILURE_COUNT = "redisbroker_failureCount";

	/** The id of the listener ({@code String}). */
	public static final String LISTENER = "redisbroker_listener";

	/** The channel on which the message was published ({@code String}). */
	public static final String CHANNEL = "redisbroker_channel";

	/**
	 * The pattern that matched the channel ({@code String}). Absent when the listener
	 * subscribed to the channel itself.
	 */
	public static final String PATTERN = "redisbroker_pattern";

	private BrokerHeaders() {
	}

}
