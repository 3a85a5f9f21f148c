package io.redisbroker.retry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Searches an exception and its causes, because proxies, transactions and futures wrap
 * the exceptions of listeners.
 *
 * @since 0.1.0
 */
public final class Causes {

	private Causes() {
	}

	/**
	 * Finds the first exception of a type.
	 * @param <T> the type
	 * @param failure the exception to search, with its causes
	 * @param type the type
	 * @return the failure itself or the first of its causes that is of this type, or
	 * {@code null} if there is none
	 */
	public static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
		return of(failure).stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
	}

	/**
	 * Returns an exception and its causes.
	 * @param failure the exception
	 * @return the exception, its cause, and so on, each once. The list ends where the
	 * causes form a circle, and at an exception whose {@code getCause()} throws
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
