package io.redisbroker.failure;

import java.io.Serial;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.dao.NonTransientDataAccessException;

/**
 * Redis answered a command with an error. The message is that of Redis.
 *
 * @since 0.1.0
 */
public class RedisErrorException extends NonTransientDataAccessException {

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Redis 6.2 writes the error of a command after its place in the script, for example
	 * {@code ERR Error running script (…): @user_script:1: @user_script: 1: -READONLY …}.
	 */
	private static final Pattern IN_SCRIPT = Pattern.compile("@?user_script: ?\\d+: -?([A-Z]{2,})(?= |$)");

	private static final String NO_RIGHT_IN_SCRIPT = "The user executing the script can't run this command";

	/** The text of Redis 7.2 or later and of Valkey. */
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

}
