package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.Sources;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Listener;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Listeners;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.RetainedStream;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Source;
import io.redisbroker.engine.stream.IdleGroup;
import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Describes listeners and their sources for the endpoint.
 */
final class ListenerDescriptions {

	static final Duration PATIENCE = Duration.ofSeconds(2);

	private final ListenerStates states;

	private final Sources sources;

	private final @Nullable StreamHousekeeping housekeeping;

	ListenerDescriptions(ListenerStates states, Sources sources, @Nullable StreamHousekeeping housekeeping) {
		this.states = states;
		this.sources = sources;
		this.housekeeping = housekeeping;
	}

	/** Asks about all of them at the same time. */
	Listeners describe(List<ListenerContainer> containers) {
		Map<String, CompletableFuture<Map<String, Backlog>>> backlogs = ask(containers, this.sources::backlog);
		Map<String, CompletableFuture<Map<String, List<ConsumerState>>>> consumers = ask(containers,
				this.sources::consumers);
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		Map<String, Listener> listeners = new LinkedHashMap<>();
		for (ListenerContainer container : containers) {
			ListenerEndpoint endpoint = container.endpoint();
			Map<String, Backlog> backlog = await(backlogs.get(endpoint.id()), deadline);
			Map<String, List<ConsumerState>> known = await(consumers.get(endpoint.id()), deadline);
			Map<String, Source> sources = new LinkedHashMap<>();
			endpoint.sources()
				.forEach((source) -> sources.put(source, new Source((backlog != null) ? backlog.get(source) : null,
						(known != null) ? known.get(source) : null)));
			listeners.put(endpoint.id(),
					new Listener(this.states.stateOf(container), endpoint.transport().toString(),
							container.sinceLastRead(), container.longestCall(), container.problems(), sources,
							EndpointSettings.of(endpoint)));
		}
		return new Listeners(listeners, retainedStreams());
	}

	private Map<String, RetainedStream> retainedStreams() {
		Map<String, RetainedStream> streams = new LinkedHashMap<>();
		if (this.housekeeping != null) {
			List<IdleGroup> idle = this.housekeeping.idleGroups();
			this.housekeeping.retentions()
				.forEach((retention) -> streams.put(retention.stream(), new RetainedStream(retention,
						idle.stream().filter((group) -> group.stream().equals(retention.stream())).toList())));
		}
		return streams;
	}

	private static <T> Map<String, CompletableFuture<T>> ask(List<ListenerContainer> containers,
			Function<String, CompletableFuture<T>> question) {
		Map<String, CompletableFuture<T>> answers = new LinkedHashMap<>();
		containers
			.forEach((container) -> answers.put(container.endpoint().id(), question.apply(container.endpoint().id())));
		return answers;
	}

	/** Without an answer of Redis in time the value is left out. */
	private static <T> @Nullable T await(@Nullable CompletableFuture<T> answer, long deadline) {
		try {
			return (answer != null) ? answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) : null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
		catch (ExecutionException | TimeoutException ex) {
			return null;
		}
	}

}
