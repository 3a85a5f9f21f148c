package io.redisbroker.deadletter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import io.redisbroker.message.Keys;
import org.jspecify.annotations.Nullable;

/**
 * Why a message became a dead letter. Message and reason make an entry of the stream
 * {@code {source}:dlq}: the original fields byte for byte, and fields that start with
 * {@value #PREFIX} and describe the failure. Immutable.
 *
 * @param reason the reason
 * @param listener the id of the listener that gave up
 * @param detail an explanation beyond the exception, or {@code null}
 * @param failure the exception, or {@code null} when there was none
 * @since 0.1.0
 */
public record DeadLetter(Reason reason, String listener, @Nullable String detail, @Nullable Throwable failure) {

	/** The beginning of the names of all fields that describe the failure. */
	public static final String PREFIX = "dead-letter-";

	/** The field with the number of times a message was put back into its source. */
	public static final String REDRIVES = PREFIX + "redrives";

	/** In characters; a message may quote a payload of megabytes, once for each try. */
	private static final int LONGEST_TEXT = 4000;

	/**
	 * Names the stream that holds the dead letters of a source by default.
	 * @param source the queue, stream or channel
	 * @return the key, in the same slot as the source
	 */
	public static String keyFor(String source) {
		return Keys.companion(source, "dlq");
	}

	/**
	 * Returns the fields that describe the failure, without those that only Redis or the
	 * transport knows.
	 * @return names and values
	 */
	public Map<String, String> fields() {
		Map<String, String> fields = new LinkedHashMap<>();
		fields.put(PREFIX + "reason", this.reason.name());
		fields.put(PREFIX + "listener", this.listener);
		if (this.detail != null) {
			fields.put(PREFIX + "detail", told(() -> this.detail));
		}
		if (this.failure != null) {
			fields.put(PREFIX + "exception", this.failure.getClass().getName());
			fields.put(PREFIX + "message", told(() -> String.valueOf(this.failure.getMessage())));
			fields.put(PREFIX + "stack-trace", told(() -> stackTrace(this.failure)));
		}
		return fields;
	}

	/**
	 * The methods of an exception may throw; the dead letter is written all the same.
	 */
	private static String told(Supplier<String> text) {
		try {
			String all = text.get();
			return (all.length() <= LONGEST_TEXT) ? all : all.substring(0, LONGEST_TEXT) + "…";
		}
		catch (Throwable ex) {
			return "(not told: " + ex.getClass().getName() + ")";
		}
	}

	private static String stackTrace(Throwable failure) {
		StringWriter trace = new StringWriter();
		failure.printStackTrace(new PrintWriter(trace));
		return trace.toString();
	}

	/** Why a message can't be handled. */
	public enum Reason {

		/**
		 * The listener failed as often as is allowed, or the message was delivered as
		 * often as is allowed because the processes that handled it died.
		 */
		DELIVERIES_EXHAUSTED,

		/**
		 * The payload can't be converted to the listener's parameter, or is not valid.
		 */
		UNDECODABLE,

		/** The listener rejected it. */
		REJECTED,

		/** The listener failed with an exception that is not worth another try. */
		NOT_RETRYABLE

	}

}
