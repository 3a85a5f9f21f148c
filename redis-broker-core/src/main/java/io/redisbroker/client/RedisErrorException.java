package io.redisbroker.client;

import java.io.Serial;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Redis answered with an error. The message is Redis' own.
 *
 * @since 0.1.0
 */
public class RedisErrorException extends NonTransientDataAccessException {

	@Serial
	private static final long serialVersionUID = 1L;

	/** Errors that pass by themselves: a failover, a restart, a slot on the move. */
	private static final Set<String> TRANSIENT = Set.of("LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN",
			"MOVED", "ASK", "BUSY", "UNBLOCKED", "NOREPLICAS", "OOM", "MISCONF", "FAILOVER");

	/**
	 * Redis refuses with these before it executes anything, in scripts at the first
	 * write.
	 */
	private static final Set<String> NOT_EXECUTED = Set.of("READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN",
			"TRYAGAIN");

	/** A server that answers like this is not, or not yet, the primary. */
	private static final Set<String> NOT_PRIMARY = Set.of("READONLY", "LOADING", "MASTERDOWN");

	/**
	 * Redis 6.2 puts the error of a command after the place in the script, for example
	 * {@code ERR Error running script (…): @user_script:1: @user_script: 1: -READONLY …}.
	 */
	private static final Pattern IN_SCRIPT = Pattern.compile("@?user_script: ?\\d+: -?([A-Z]{2,})(?= |$)");

	private static final String NO_RIGHT_IN_SCRIPT = "The user executing the script can't run this command";

	/** As Redis 7.2 or later and Valkey say it. */
	private static final String ACL_FAILURE_IN_SCRIPT = "ACL failure in script";

	/**
	 * Creates the exception.
	 * @param message the error as Redis sent it
	 */
	public RedisErrorException(String message) {
		super(message);
	}

	/**
	 * Returns the error's code: the first word of the message, or the code of the command
	 * that failed inside a script.
	 * @return the code, for example {@code NOGROUP}
	 */
	public String code() {
		String message = String.valueOf(getMessage());
		int end = message.indexOf(' ');
		String first = (end < 0) ? message : message.substring(0, end);
		return (first.equals("ERR") || first.startsWith("@user_script")) ? codeInScript(message, first) : first;
	}

	private static String codeInScript(String message, String otherwise) {
		if (message.contains(NO_RIGHT_IN_SCRIPT) || message.contains(ACL_FAILURE_IN_SCRIPT)) {
			return "NOPERM";
		}
		Matcher matcher = IN_SCRIPT.matcher(message);
		String code = otherwise;
		while (matcher.find()) {
			code = matcher.group(1);
		}
		return code;
	}

	/**
	 * Tells whether a failure is an error reply with this code.
	 * @param failure the failure, possibly wrapped by a future
	 * @param code the code
	 * @return whether it is
	 */
	public static boolean hasCode(@Nullable Throwable failure, String code) {
		return unwrap(failure) instanceof RedisErrorException error && error.code().equals(code);
	}

	/**
	 * Tells whether a failure passes by itself, so that trying again makes sense: no
	 * connection, no answer in time, or an error that a failover or a restart causes.
	 * @param failure the failure, possibly wrapped by a future
	 * @return whether it passes
	 */
	public static boolean isTransient(@Nullable Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof RedisErrorException error) {
			return TRANSIENT.contains(error.code());
		}
		return cause instanceof RedisConnectionFailureException || cause instanceof QueryTimeoutException;
	}

	/** Tells whether Redis refused a command or script without having executed it. */
	static boolean isNotExecuted(@Nullable Throwable failure) {
		return unwrap(failure) instanceof RedisErrorException error && NOT_EXECUTED.contains(error.code());
	}

	/** Tells whether the server that answered does not serve as primary (any more). */
	static boolean isFromNoPrimary(@Nullable Throwable failure) {
		return unwrap(failure) instanceof RedisErrorException error && NOT_PRIMARY.contains(error.code());
	}

	/**
	 * Returns the failure itself from what a future wrapped around it.
	 * @param failure the failure
	 * @return the failure without wrapping
	 */
	public static @Nullable Throwable unwrap(@Nullable Throwable failure) {
		Throwable current = failure;
		while (current instanceof CompletionException && current.getCause() != null) {
			current = current.getCause();
		}
		return current;
	}

	/**
	 * Asks and waits for the reply, and throws what went wrong as it is.
	 * @param <T> the reply
	 * @param question asks
	 * @return the reply
	 * @throws IllegalStateException in a thread that reads what Redis sends, before
	 * anything was asked
	 */
	public static <T> T join(Supplier<CompletableFuture<T>> question) {
		IoThread.checkMayWait();
		try {
			return question.get().join();
		}
		catch (CompletionException ex) {
			if (unwrap(ex) instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
