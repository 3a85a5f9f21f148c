package io.redisbroker.engine.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.redisbroker.admin.ConsumerState;
import io.redisbroker.client.Failures;
import io.redisbroker.client.Reply;
import io.redisbroker.failure.RedisErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Redis about several sources at the same time, and reads its replies about
 * consumers.
 */
public final class SourceQuestions {

	private static final Logger logger = LoggerFactory.getLogger(SourceQuestions.class);

	private SourceQuestions() {
	}

	/**
	 * Asks about each source.
	 * @param <T> the answer
	 * @param sources the sources
	 * @param question asks about one
	 * @return the answers by source, in their order, without sources about which Redis
	 * refuses to answer
	 */
	public static <T> CompletableFuture<Map<String, T>> ofEach(List<String> sources,
			Function<String, CompletableFuture<T>> question) {
		List<CompletableFuture<Optional<T>>> answers = sources.stream()
			.map((source) -> question.apply(source)
				.thenApply(Optional::of)
				.exceptionally((failure) -> orRefused(source, failure)))
			.toList();
		return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenApply((nothing) -> {
			Map<String, T> bySource = new LinkedHashMap<>();
			for (int i = 0; i < sources.size(); i++) {
				String source = sources.get(i);
				answers.get(i).join().ifPresent((answer) -> bySource.put(source, answer));
			}
			return bySource;
		});
	}

	/**
	 * A key of another type, or one that the user may not read, is left out; the others
	 * are answered.
	 */
	private static <T> Optional<T> orRefused(String source, Throwable failure) {
		if (Failures.unwrap(failure) instanceof RedisErrorException refused) {
			logger.debug("Redis refuses to answer about '{}': {}", source, refused.getMessage());
			return Optional.empty();
		}
		throw new CompletionException(failure);
	}

	/**
	 * Reads the reply of scripts about consumers: name, pending, idle time in
	 * milliseconds, delivery count, name, …
	 * @param reply the reply
	 * @return the consumers
	 */
	public static List<ConsumerState> consumers(List<Object> reply) {
		List<ConsumerState> consumers = new ArrayList<>();
		for (int i = 0; i < reply.size(); i += 4) {
			consumers.add(new ConsumerState(Reply.text(reply.get(i)), (Long) reply.get(i + 1),
					Duration.ofMillis((Long) reply.get(i + 2)), (Long) reply.get(i + 3)));
		}
		return consumers;
	}

}
