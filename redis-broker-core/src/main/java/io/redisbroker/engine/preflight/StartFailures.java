package io.redisbroker.engine.preflight;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Keys;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains why Redis does not let a listener start, and the change that helps.
 */
public final class StartFailures {

	private static final Pattern COMMAND = Pattern.compile("to run the '(.+?)' command");

	private static final Logger logger = LoggerFactory.getLogger(StartFailures.class);

	private StartFailures() {
	}

	/**
	 * Explains a failure.
	 * @param listenerId the listener's id
	 * @param key the key that it reads
	 * @param type the type that the key must have, for example {@code stream}
	 * @param commands the categories and commands that the transport needs, as in
	 * {@code +@stream}
	 * @param failure the failure
	 * @return the exception to throw: a {@link BrokerConfigurationException} where the
	 * user has to change something
	 */
	public static RuntimeException explain(String listenerId, String key, String type, String commands,
			Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		String where = "Listener '" + listenerId + "': ";
		if (Failures.hasCode(failure, "WRONGTYPE")) {
			return new BrokerConfigurationException(where + "the key '" + key + "' is not a " + type,
					"Name another " + type + ", or delete or rename the key.");
		}
		if (Failures.hasCode(failure, "NOPERM")) {
			return new BrokerConfigurationException(
					where + "Redis does not let the user work on '" + key + "' (" + message(cause) + ")",
					missing(message(cause))
							+ "Give the user rights on the key and on the commands: ACL SETUSER <user> ~" + key + " ~"
							+ Keys.companion(key, "* &") + Keys.companion(key, "* ") + commands
							+ " +@scripting +@connection +publish +subscribe +unsubscribe +exists +time +info");
		}
		return (cause instanceof RuntimeException unwrapped) ? unwrapped : new IllegalStateException(failure);
	}

	/**
	 * Checks the commands that a listener sends in scripts, or later: Redis would refuse
	 * them only then.
	 * @param connection where to ask
	 * @param listenerId the listener's id
	 * @param source the key that it reads
	 * @param commands the commands without which it can't work
	 * @return completes if the user may send them, or if that can't be told;
	 * exceptionally with {@link BrokerConfigurationException} if not
	 */
	public static CompletableFuture<Void> checkRights(RedisConnection connection, String listenerId, String source,
			List<RequiredCommand> commands) {
		return MissingRights.of(connection, commands).exceptionally((failure) -> {
			logger.debug("Whether the user has all rights can't be told", failure);
			return List.of();
		}).thenCompose((rights) -> {
			CompletableFuture<Void> nothing = CompletableFuture.completedFuture(null);
			return rights.isEmpty() ? nothing : MissingRights.grant(connection, rights).thenAccept((action) -> {
				throw new BrokerConfigurationException("Listener '" + listenerId
						+ "': the Redis user lacks rights without which '" + source + "' can't be consumed", action);
			});
		});
	}

	/** Redis names the first command that it refused. There may be more. */
	private static String missing(String message) {
		Matcher command = COMMAND.matcher(message);
		return command.find() ? "At least +" + command.group(1).replace("' or '", " +") + " is missing. " : "";
	}

	private static String message(@Nullable Throwable cause) {
		return (cause != null) ? String.valueOf(cause.getMessage()) : "";
	}

}
