package io.redisbroker.client;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.redisbroker.failure.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Tells failures of Redis apart: those that pass by themselves, those before anything was
 * executed, those of a server that is not the primary.
 */
public final class Failures {

	/** Errors that pass by themselves: a failover, a restart, a slot on the move. */
	private static final Set<String> TRANSIENT = Set.of("LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN",
			"MOVED", "ASK", "BUSY", "UNBLOCKED", "NOREPLICAS", "OOM", "MISCONF", "FAILOVER");

	/**
	 * Redis refuses with these before it executes anything, in scripts at the first
	 * write.
	 */
	private static final Set<String> NOT_EXECUTED = Set.of("READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN",
			"TRYAGAIN");

	/** A server that answers like this is not, or not yet, the primary. */
	private static final Set<String> NOT_PRIMARY = Set.of("READONLY", "LOADING", "MASTERDOWN");

	private Failures() {
	}

	/**
	 * Tells whether a failure is an error reply with this code.
	 * @param failure the failure, possibly wrapped by a future
	 * @param code the code
	 * @return whether it is
	 */
	public static boolean hasCode(@Nullable Throwable failure, String code) {
		return unwrap(failure) instanceof RedisErrorException error && error.code().equals(code);
	}

	/**
	 * Tells whether a failure passes by itself, so that trying again makes sense: no
	 * connection, no answer in time, or an error that a failover or a restart causes.
	 * @param failure the failure, possibly wrapped by a future
	 * @return whether it passes
	 */
	public static boolean isTransient(@Nullable Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof RedisErrorException error) {
			return TRANSIENT.contains(error.code());
		}
		return cause instanceof RedisConnectionFailureException || cause instanceof QueryTimeoutException;
	}

	/** Tells whether Redis refused a command or script without having executed it. */
	public static boolean isNotExecuted(@Nullable Throwable failure) {
		return unwrap(failure) instanceof RedisErrorException error && NOT_EXECUTED.contains(error.code());
	}

	/** Tells whether the server that answered does not serve as primary (any more). */
	public static boolean isFromNoPrimary(@Nullable Throwable failure) {
		return unwrap(failure) instanceof RedisErrorException error && NOT_PRIMARY.contains(error.code());
	}

	/**
	 * Returns the failure that a future has wrapped.
	 * @param failure the failure
	 * @return the failure without wrapping
	 */
	public static @Nullable Throwable unwrap(@Nullable Throwable failure) {
		Throwable current = failure;
		while (current instanceof CompletionException && current.getCause() != null) {
			current = current.getCause();
		}
		return current;
	}

	/**
	 * Asks and waits for the reply, and throws a failure without wrapping.
	 * @param <T> the reply
	 * @param question asks
	 * @return the reply
	 * @throws IllegalStateException on an I/O thread that handles replies, before
	 * anything was sent
	 */
	public static <T> T join(Supplier<CompletableFuture<T>> question) {
		IoThread.checkMayWait();
		try {
			return question.get().join();
		}
		catch (CompletionException ex) {
			if (unwrap(ex) instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
