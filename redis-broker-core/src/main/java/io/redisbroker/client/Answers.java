package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.ClusterView.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the answers of nodes to the same question.
 */
final class Answers {

	private Answers() {
	}

	/**
	 * Waits for all answers for a while, then for the first one.
	 * @param asked the answers to come, {@code null} from nodes that did not answer
	 * @param hearing how long to wait for all
	 * @return the answers, none when no node answered
	 */
	static CompletableFuture<List<Answer>> of(List<CompletableFuture<@Nullable Answer>> asked, Duration hearing) {
		CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
		return all.copy()
			.completeOnTimeout(null, hearing.toMillis(), TimeUnit.MILLISECONDS)
			.thenCompose((nothing) -> first(asked, all))
			.thenApply((nothing) -> given(asked));
	}

	private static CompletableFuture<Void> first(List<CompletableFuture<@Nullable Answer>> asked,
			CompletableFuture<Void> all) {
		CompletableFuture<Void> first = all.copy();
		asked.forEach((each) -> each.thenAccept((answer) -> {
			if (answer != null) {
				first.complete(null);
			}
		}));
		return first;
	}

	private static List<Answer> given(List<CompletableFuture<@Nullable Answer>> asked) {
		return asked.stream()
			.filter(CompletableFuture::isDone)
			.map((each) -> each.getNow(null))
			.filter(Objects::nonNull)
			.toList();
	}

}
