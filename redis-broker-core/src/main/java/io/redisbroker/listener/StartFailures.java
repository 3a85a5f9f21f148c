package io.redisbroker.listener;

import io.redisbroker.client.Keys;
import io.redisbroker.client.RedisErrorException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a user what to change when Redis refuses to let a listener start.
 *
 * @since 0.1.0
 */
public final class StartFailures {

	private StartFailures() {
	}

	/**
	 * Explains a failure.
	 * @param listenerId the listener's id
	 * @param key what it reads
	 * @param type what the key has to be, for example {@code stream}
	 * @param commands the categories and commands that the transport needs, as in
	 * {@code +@stream}
	 * @param failure what went wrong
	 * @return what to throw: a {@link BrokerConfigurationException} where the user has to
	 * change something
	 */
	public static RuntimeException explain(String listenerId, String key, String type, String commands,
			Throwable failure) {
		Throwable cause = RedisErrorException.unwrap(failure);
		String where = "Listener '" + listenerId + "': ";
		if (RedisErrorException.hasCode(failure, "WRONGTYPE")) {
			return new BrokerConfigurationException(where + "the key '" + key + "' is not a " + type,
					"Name another " + type + ", or delete or rename the key.");
		}
		if (RedisErrorException.hasCode(failure, "NOPERM")) {
			return new BrokerConfigurationException(
					where + "Redis does not let the user work on '" + key + "' (" + message(cause) + ")",
					"Give the user rights on the key and on the commands: ACL SETUSER <user> ~" + key + " ~"
							+ Keys.companion(key, "* &") + Keys.companion(key, "* ") + commands
							+ " +@scripting +@connection +publish +subscribe +unsubscribe +exists +time +info");
		}
		return (cause instanceof RuntimeException unwrapped) ? unwrapped : new IllegalStateException(failure);
	}

	private static String message(@Nullable Throwable cause) {
		return (cause != null) ? String.valueOf(cause.getMessage()) : "";
	}

}
