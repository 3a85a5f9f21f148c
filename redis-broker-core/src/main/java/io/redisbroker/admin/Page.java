package io.redisbroker.admin;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A part of a longer list. Immutable.
 *
 * @param <T> the type of the items
 * @param items the items, in the order of the list
 * @param next where the next page starts, or {@code null} if the list ends here; while
 * there is a next page, it may be empty
 * @since 0.1.0
 */
public record Page<T>(List<T> items, @Nullable String next) {

	/** Copies the list. */
	public Page {
		items = List.copyOf(items);
	}

}
