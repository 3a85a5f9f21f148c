package io.redisbroker.listener;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks about several sources at the same time.
 *
 * @since 0.1.0
 */
public final class Backlogs {

	private Backlogs() {
	}

	/**
	 * Asks about each source.
	 * @param <T> the answer
	 * @param sources the sources
	 * @param question asks about one
	 * @return the answers by source, in their order
	 */
	public static <T> CompletableFuture<Map<String, T>> ofEach(List<String> sources,
			Function<String, CompletableFuture<T>> question) {
		List<CompletableFuture<T>> answers = sources.stream().map(question).toList();
		return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenApply((nothing) -> {
			Map<String, T> bySource = new LinkedHashMap<>();
			for (int i = 0; i < sources.size(); i++) {
				bySource.put(sources.get(i), answers.get(i).join());
			}
			return bySource;
		});
	}

}
