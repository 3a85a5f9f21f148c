package io.redisbroker.stream;

import io.redisbroker.client.Keys;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.listener.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a user what to change when Redis refuses to let a listener start.
 */
final class StartFailures {

	private StartFailures() {
	}

	static RuntimeException explain(String listenerId, String stream, Throwable failure) {
		Throwable cause = RedisErrorException.unwrap(failure);
		String where = "Listener '" + listenerId + "': ";
		if (RedisErrorException.hasCode(failure, "WRONGTYPE")) {
			return new BrokerConfigurationException(where + "the key '" + stream + "' is not a stream",
					"Name another stream, or delete or rename the key.");
		}
		if (RedisErrorException.hasCode(failure, "NOPERM")) {
			return new BrokerConfigurationException(
					where + "Redis does not let the user work on '" + stream + "' (" + message(cause) + ")",
					"Give the user rights on the key and on the commands: ACL SETUSER <user> ~" + stream + " ~"
							+ Keys.companion(stream, "* &") + Keys.companion(stream, "* ")
							+ "+@stream +@scripting +@connection +publish +subscribe +exists +time +info");
		}
		return (cause instanceof RuntimeException unwrapped) ? unwrapped : new IllegalStateException(failure);
	}

	private static String message(@Nullable Throwable cause) {
		return (cause != null) ? String.valueOf(cause.getMessage()) : "";
	}

}
