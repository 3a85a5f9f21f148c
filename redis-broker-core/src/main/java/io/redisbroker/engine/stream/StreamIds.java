package io.redisbroker.engine.stream;

import java.time.Instant;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * The order of entry ids, which are two numbers of any length: {@code ms-sequence}.
 */
final class StreamIds {

	static final Comparator<String> ORDER = StreamIds::compare;

	private StreamIds() {
	}

	/** When an entry was added; {@code null} for an id that is no time. */
	static @Nullable Instant time(String id) {
		String millis = id.substring(0, Math.max(0, id.indexOf('-')));
		// from 2001 to 2286
		return (millis.length() == 13 && millis.charAt(0) != '0') ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
	}

	private static int compare(String one, String other) {
		int oneDash = one.indexOf('-');
		int otherDash = other.indexOf('-');
		if (oneDash == otherDash && one.length() == other.length()) {
			return one.compareTo(other);
		}
		int byTime = compareNumbers(one, 0, oneDash, other, 0, otherDash);
		return (byTime != 0) ? byTime
				: compareNumbers(one, oneDash + 1, one.length(), other, otherDash + 1, other.length());
	}

	/** Without leading zeros the longer number is the larger one. */
	private static int compareNumbers(String one, int oneFrom, int oneTo, String other, int otherFrom, int otherTo) {
		int byLength = Integer.compare(oneTo - oneFrom, otherTo - otherFrom);
		for (int i = 0; byLength == 0 && i < oneTo - oneFrom; i++) {
			byLength = Character.compare(one.charAt(oneFrom + i), other.charAt(otherFrom + i));
		}
		return byLength;
	}

}
