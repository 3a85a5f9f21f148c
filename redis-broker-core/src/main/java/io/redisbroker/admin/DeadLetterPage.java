package io.redisbroker.admin;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some dead letters, the oldest first. Immutable.
 *
 * @param letters the dead letters
 * @param next where the next page starts, or {@code null} when this is the last
 * @since 0.1.0
 */
public record DeadLetterPage(List<StoredDeadLetter> letters, @Nullable String next) {

	/** Copies the list. */
	public DeadLetterPage {
		letters = List.copyOf(letters);
	}

}
