package io.redisbroker.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.failure.RedisLoginException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Sends through the driver's connections and translates failures. The only class that
 * knows the driver's exceptions.
 */
public final class LettuceConnection {

	/** Channels are called by text, and carry bytes. */
	public static final RedisCodec<String, byte[]> CHANNELS = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	private static final List<String> LOGIN_REFUSALS = List.of("WRONGPASS", "NOAUTH", "ERR AUTH",
			"ERR Client sent AUTH", "ERR invalid password");

	private LettuceConnection() {
	}

	static <T> CompletableFuture<T> send(StatefulConnection<byte[], byte[]> connection, Command<T> command) {
		return dispatch(connection, command.toAsync());
	}

	/** Sends a command that the driver knows, with any type of key. */
	public static <K, V, T> CompletableFuture<T> dispatch(StatefulConnection<K, V> connection, CommandType type,
			CommandOutput<K, V, T> output, @Nullable CommandArgs<K, V> args) {
		return dispatch(connection, new AsyncCommand<>(new io.lettuce.core.protocol.Command<>(type, output, args)));
	}

	private static <K, V, T> CompletableFuture<T> dispatch(StatefulConnection<K, V> connection,
			AsyncCommand<K, V, T> async) {
		try {
			connection.dispatch((RedisCommand<K, V, T>) async);
		}
		catch (RedisException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return async;
	}

	static <T> List<CompletableFuture<T>> sendAll(StatefulConnection<byte[], byte[]> connection,
			List<Command<T>> commands) {
		List<AsyncCommand<byte[], byte[], T>> batch = new ArrayList<>(commands.size());
		commands.forEach((command) -> batch.add(command.toAsync()));
		connection.dispatch(batch);
		return new ArrayList<>(batch);
	}

	/**
	 * Returns the replies to commands that may not be sent yet. Usually they are, and the
	 * replies are returned as they are.
	 */
	static <T> List<CompletableFuture<T>> replies(CompletableFuture<List<CompletableFuture<T>>> sent, int commands) {
		if (sent.isDone() && !sent.isCompletedExceptionally()) {
			return sent.join();
		}
		return IntStream.range(0, commands)
			.mapToObj((index) -> sent.thenCompose((replies) -> replies.get(index)))
			.toList();
	}

	static <T> CompletableFuture<T> translate(CompletableFuture<T> reply, Consumer<Throwable> onFailure) {
		return reply.handle((value, failure) -> {
			if (failure != null) {
				Throwable translated = translate(failure);
				onFailure.accept(translated);
				throw new CompletionException(translated);
			}
			return value;
		});
	}

	public static Throwable translate(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
			return new RedisErrorException(cause.getMessage());
		}
		if (cause instanceof RedisCommandTimeoutException) {
			return new QueryTimeoutException("Redis did not answer in time: " + cause.getMessage(), cause);
		}
		if (cause instanceof TimeoutException) {
			return new QueryTimeoutException("Redis did not answer in time", cause);
		}
		// a broken socket fails commands in flight with its own exception, a closed
		// connection cancels them
		if (cause instanceof RedisException || cause instanceof IOException || cause instanceof CancellationException) {
			String message = rootMessage(cause).replace("/<unresolved>", "");
			return isRefusedLogin(cause) ? new RedisLoginException("Redis refuses the login: " + message, cause)
					: new RedisConnectionFailureException("No connection to Redis: " + message, cause);
		}
		return (cause != null) ? cause : failure;
	}

	private static boolean isRefusedLogin(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			String message = String.valueOf(each.getMessage());
			if (each instanceof RedisCommandExecutionException
					&& LOGIN_REFUSALS.stream().anyMatch(message::startsWith)) {
				return true;
			}
		}
		return false;
	}

	/** Whether a command surely never reached Redis, so that trying again is harmless. */
	static boolean isUnsent(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		return cause instanceof RedisConnectionException || (cause instanceof RedisException
				&& (String.valueOf(cause.getMessage()).startsWith("Currently not connected")
						|| "Connection is closed".equals(cause.getMessage())));
	}

	/** A failure of commands that surely never reached Redis. */
	static Throwable unsent(String message, @Nullable Throwable cause) {
		return new RedisConnectionException(message, Failures.unwrap(cause));
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		String message = failure.getMessage();
		return (root == failure || message == null) ? String.valueOf(root.getMessage())
				: message + " (" + root.getMessage() + ")";
	}

}
