package io.redisbroker.message;

/**
 * Names of the headers that the broker adds to what a listener method receives, for use
 * with {@code @Header}.
 *
 * @since 0.1.0
 */
public final class BrokerHeaders {

	/** The names of all of them start with this, and those of no other headers. */
	public static final String PREFIX = "redisbroker_";

	/** The stream, queue or channel that the message came from ({@code String}). */
	public static final String SOURCE = "redisbroker_source";

	/** The message's id ({@code String}). */
	public static final String ID = "redisbroker_id";

	/** How often the message was handed out, this time included ({@code Long}). */
	public static final String DELIVERY_COUNT = "redisbroker_deliveryCount";

	/** How often a listener failed on the message before ({@code Long}). */
	public static final String FAILURE_COUNT = "redisbroker_failureCount";

	/** The id of the listener ({@code String}). */
	public static final String LISTENER = "redisbroker_listener";

	/** The channel that the message was published on ({@code String}). */
	public static final String CHANNEL = "redisbroker_channel";

	/**
	 * The pattern that matched the channel ({@code String}); absent where the channel
	 * itself was subscribed to.
	 */
	public static final String PATTERN = "redisbroker_pattern";

	private BrokerHeaders() {
	}

}
