package io.redisbroker.stream;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;

import io.redisbroker.failure.BrokerConfigurationException;

/**
 * Where in a stream reading starts. Immutable.
 *
 * @param id an id, after which reading starts, or {@code $} for the end of the stream
 * @since 0.1.0
 */
public record StartFrom(String id) {

	/** Only entries that are added from now on. */
	public static final StartFrom NEW = new StartFrom("$");

	/** Everything that the stream holds. */
	public static final StartFrom BEGINNING = new StartFrom("0");

	private static final Pattern ID = Pattern.compile("\\d{1,20}(-\\d{1,20})?");

	private static final String GREATEST_SEQUENCE = "-18446744073709551615";

	/**
	 * Reads the text of an attribute or property.
	 * @param text {@code $} for new entries only, {@code 0} for all, an id after which to
	 * start, or an instant like {@code 2026-11-21T10:15:30Z} at which to start
	 * @return the position
	 * @throws BrokerConfigurationException when it is none of these
	 */
	public static StartFrom parse(String text) {
		String trimmed = text.trim();
		if (trimmed.equals("$") || isId(trimmed)) {
			return new StartFrom(trimmed);
		}
		try {
			return at(Instant.parse(trimmed));
		}
		catch (DateTimeException ex) {
			throw new BrokerConfigurationException("startFrom is '" + text + "'",
					"Use '$' for new entries only, '0' for all, an id such as '1526569495631-0', "
							+ "or an instant such as '2026-11-21T10:15:30Z'.");
		}
	}

	private static boolean isId(String text) {
		return ID.matcher(text).matches()
				&& Arrays.stream(text.split("-")).allMatch((part) -> new BigInteger(part).bitLength() <= Long.SIZE);
	}

	/**
	 * Starts at an instant.
	 * @param instant entries added then or later are read
	 * @return the position
	 */
	public static StartFrom at(Instant instant) {
		long millis = instant.toEpochMilli();
		return (millis <= 0) ? BEGINNING : new StartFrom((millis - 1) + GREATEST_SEQUENCE);
	}

	public boolean isNew() {
		return this.id.equals("$");
	}

}
