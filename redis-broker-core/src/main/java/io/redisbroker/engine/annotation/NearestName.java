package io.redisbroker.engine.annotation;

import java.util.Collection;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;

/**
 * Finds the name that was probably meant.
 */
public final class NearestName {

	private NearestName() {
	}

	/**
	 * Finds the nearest of some names.
	 * @param name a name that does not exist
	 * @param known names that exist
	 * @return the nearest, or {@code null} if none is near
	 */
	public static @Nullable String of(String name, Collection<String> known) {
		int farthest = Math.min(4, 1 + name.length() / 4);
		return known.stream()
			.filter((each) -> distance(name, each) <= farthest)
			.min(Comparator.<String>comparingInt((each) -> distance(name, each)).thenComparing((each) -> each))
			.orElse(null);
	}

	/**
	 * Counts how many letters have to be put in, left out or changed (Levenshtein),
	 * without case.
	 * @param one a name
	 * @param other another name
	 * @return the number of letters
	 */
	static int distance(String one, String other) {
		int[] costs = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			costs[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = costs[0];
			costs[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				boolean same = Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
				int changed = diagonal + (same ? 0 : 1);
				diagonal = costs[j];
				costs[j] = Math.min(changed, Math.min(costs[j], costs[j - 1]) + 1);
			}
		}
		return costs[other.length()];
	}

}
