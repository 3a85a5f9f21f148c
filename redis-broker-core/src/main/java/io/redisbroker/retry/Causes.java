package io.redisbroker.retry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * An exception and what caused it: proxies, transactions and futures wrap what a listener
 * throws.
 *
 * @since 0.1.0
 */
public final class Causes {

	private Causes() {
	}

	/**
	 * Finds an exception of a type.
	 * @param <T> the type
	 * @param failure where to look
	 * @param type the type
	 * @return the failure itself or the first of its causes that is of this type, or
	 * {@code null}
	 */
	public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
		return of(failure).stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
	}

	/**
	 * Returns a failure and its causes.
	 * @param failure the failure
	 * @return the failure, its cause, and so on; none twice, should they form a circle,
	 * and none after one that can't tell its cause
	 */
	public static List<Throwable> of(Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		List<Throwable> all = new ArrayList<>();
		Throwable next = failure;
		while (next != null && seen.add(next)) {
			all.add(next);
			next = causeOf(next);
		}
		return all;
	}

	private static @Nullable Throwable causeOf(Throwable failure) {
		try {
			return failure.getCause();
		}
		catch (Throwable ex) {
			return null;
		}
	}

}
