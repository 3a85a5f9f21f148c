package io.redisbroker.admin;

import java.time.Instant;
import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * The entries of a stream between two ids or times, and the direction in which they are
 * listed. Immutable.
 *
 * <p>
 * A bound is an id such as {@code 1526569495631-0}, or milliseconds since 1970, which
 * stand for all ids of this millisecond.
 *
 * @param start the lower bound as {@code XRANGE} takes it: {@code -} for the first entry,
 * an id, or {@code (} and an id that is excluded
 * @param end the upper bound, {@code +} for the last entry
 * @param backwards whether the newest entry comes first
 * @since 0.1.0
 */
public record EntryRange(String start, String end, boolean backwards) {

	/** All entries, the oldest first. */
	public static final EntryRange ALL = new EntryRange("-", "+", false);

	/** Redis takes numbers of 20 digits too, but not all of them. */
	private static final Pattern BOUND = Pattern.compile("\\d{1,19}(-\\d{1,19})?");

	private static final String NO_ENTRY = "0-0";

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException when a bound is no id
	 */
	public EntryRange {
		check(start, "-");
		check(end, "+");
	}

	private static void check(String bound, String open) {
		String id = bound.startsWith("(") ? bound.substring(1) : bound;
		Assert.isTrue(bound.equals(open) || BOUND.matcher(id).matches(), () -> "'" + bound
				+ "' is no id of a stream entry; write milliseconds since 1970, or an id such as " + "1526569495631-0");
	}

	private static void checkIncluded(String id, String open) {
		Assert.isTrue(!id.startsWith("("), () -> "'" + id + "' excludes already; write the id without '('");
		check(id, open);
	}

	/**
	 * Starts at an entry.
	 * @param id the least id, or milliseconds since 1970
	 * @return the range
	 * @throws IllegalArgumentException when this is no id
	 */
	public EntryRange from(String id) {
		return new EntryRange(id, this.end, this.backwards);
	}

	/**
	 * Starts at a time.
	 * @param time the earliest time by Redis' clock
	 * @return the range
	 */
	public EntryRange from(Instant time) {
		return from(String.valueOf(millis(time)));
	}

	/**
	 * Starts after an entry, or after all entries of a millisecond.
	 * @param id the id, or milliseconds since 1970
	 * @return the range
	 * @throws IllegalArgumentException when this is no id
	 */
	public EntryRange after(String id) {
		checkIncluded(id, "-");
		return from((id.indexOf('-') >= 0) ? "(" + id : next(id));
	}

	/**
	 * Starts after a time.
	 * @param time the time by Redis' clock, in milliseconds
	 * @return the range
	 */
	public EntryRange after(Instant time) {
		return after(String.valueOf(millis(time)));
	}

	/**
	 * Ends with an entry.
	 * @param id the greatest id, or milliseconds since 1970
	 * @return the range
	 * @throws IllegalArgumentException when this is no id
	 */
	public EntryRange to(String id) {
		return new EntryRange(this.start, id, this.backwards);
	}

	/**
	 * Ends with a time.
	 * @param time the latest time by Redis' clock
	 * @return the range
	 */
	public EntryRange to(Instant time) {
		return to(String.valueOf(millis(time)));
	}

	/**
	 * Ends before an entry, or before all entries of a millisecond.
	 * @param id the id, or milliseconds since 1970
	 * @return the range
	 * @throws IllegalArgumentException when this is no id
	 */
	public EntryRange before(String id) {
		checkIncluded(id, "+");
		String first = (id.indexOf('-') >= 0) ? id : id + "-0";
		// Redis refuses to end before the least id that there can be
		return to(first.matches("0+-0+") ? NO_ENTRY : "(" + first);
	}

	/**
	 * Ends before a time.
	 * @param time the time by Redis' clock, in milliseconds
	 * @return the range
	 */
	public EntryRange before(Instant time) {
		return before(String.valueOf(millis(time)));
	}

	/**
	 * Lists the newest entry first.
	 * @return the range
	 */
	public EntryRange newestFirst() {
		return new EntryRange(this.start, this.end, true);
	}

	private static String next(String millis) {
		return Long.toUnsignedString(Long.parseUnsignedLong(millis) + 1);
	}

	/** Ids are no times before 1970. */
	private static long millis(Instant time) {
		return Math.max(0, time.toEpochMilli());
	}

}
