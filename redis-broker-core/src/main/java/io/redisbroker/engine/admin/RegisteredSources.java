package io.redisbroker.engine.admin;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.DelayedMessage;
import io.redisbroker.admin.EntryRange;
import io.redisbroker.admin.GroupState;
import io.redisbroker.admin.LeasedMessage;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.PendingEntry;
import io.redisbroker.admin.PendingFilter;
import io.redisbroker.admin.Sources;
import io.redisbroker.admin.StoredEntry;
import io.redisbroker.admin.WaitingMessage;
import io.redisbroker.client.Failures;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.SourceView;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Looks into the sources of registered listeners.
 */
public final class RegisteredSources implements Sources {

	private final DefaultListenerRegistry registry;

	private final Supplier<Collection<ListenerContainer>> containers;

	/**
	 * Creates the view of all sources.
	 * @param registry the listeners
	 */
	public RegisteredSources(DefaultListenerRegistry registry) {
		this(registry, registry::containers);
	}

	private RegisteredSources(DefaultListenerRegistry registry, Supplier<Collection<ListenerContainer>> containers) {
		this.registry = registry;
		this.containers = containers;
	}

	@Override
	public List<String> names() {
		return endpoints().stream()
			.filter((endpoint) -> endpoint.transport() != TransportType.CHANNEL)
			.flatMap((endpoint) -> endpoint.sources().stream())
			.distinct()
			.toList();
	}

	@Override
	public Sources ofListener(String id) {
		Assert.isTrue(this.registry.container(id).isPresent(), () -> unknown(id));
		return new RegisteredSources(this.registry, () -> this.registry.container(id).stream().toList());
	}

	@Override
	public CompletableFuture<Map<String, Backlog>> backlog(String listener) {
		return ask(listener, Transport::backlog);
	}

	@Override
	public CompletableFuture<Map<String, List<ConsumerState>>> consumers(String listener) {
		return ask(listener, Transport::consumers);
	}

	private <T> CompletableFuture<T> ask(String listener,
			BiFunction<Transport, ListenerEndpoint, CompletableFuture<T>> question) {
		Optional<ListenerEndpoint> endpoint = this.registry.container(listener).map(ListenerContainer::endpoint);
		return endpoint.map((known) -> question.apply(transport(known), known))
			.orElseGet(() -> CompletableFuture.failedFuture(new IllegalArgumentException(unknown(listener))));
	}

	private Transport transport(ListenerEndpoint endpoint) {
		return this.registry.transport(endpoint).orElseThrow();
	}

	private String unknown(String listener) {
		return "There is no listener '" + listener + "'; there are "
				+ this.registry.containers().stream().map((container) -> container.endpoint().id()).toList();
	}

	@Override
	public Page<StoredEntry> entries(String stream, EntryRange range, @Nullable String from, int most) {
		return look(stream, (view) -> view.entries(range, from, checked(most)));
	}

	@Override
	public Page<PendingEntry> pending(String stream, String group, PendingFilter filter, @Nullable String from,
			int most) {
		Page<PendingEntry> page = look(stream, (view) -> view.pending(group, filter, from, checked(most)));
		if (page.items().isEmpty()) {
			checkGroup(stream, group);
		}
		return page;
	}

	@Override
	public List<GroupState> groups(String stream) {
		return look(stream, SourceView::groups);
	}

	@Override
	public List<ConsumerState> consumers(String stream, String group) {
		List<ConsumerState> consumers = look(stream, (view) -> view.consumers(group));
		if (consumers.isEmpty()) {
			checkGroup(stream, group);
		}
		return consumers;
	}

	/** A listener creates its group when it starts; until then there is none in Redis. */
	private void checkGroup(String stream, String group) {
		boolean registered = endpoints().stream()
			.anyMatch((endpoint) -> group.equals(endpoint.group()) && endpoint.sources().contains(stream));
		if (!registered) {
			List<String> groups = groups(stream).stream().map(GroupState::name).toList();
			Assert.isTrue(groups.contains(group),
					() -> "Stream '" + stream + "' has no consumer group '" + group + "'; there are " + groups);
		}
	}

	@Override
	public Page<WaitingMessage> waiting(String queue, @Nullable String from, int most) {
		return look(queue, (view) -> view.waiting(from, checked(most)));
	}

	@Override
	public Page<DelayedMessage> delayed(String queue, @Nullable String from, int most) {
		return look(queue, (view) -> view.delayed(from, checked(most)));
	}

	@Override
	public Page<LeasedMessage> leased(String queue, @Nullable String from, int most) {
		return look(queue, (view) -> view.leased(from, checked(most)));
	}

	private static int checked(int most) {
		Assert.isTrue(most >= 1 && most <= MOST,
				() -> "A page has from 1 to " + MOST + " items, and not " + most + "; use Page.next for more");
		return most;
	}

	private <T> T look(String source, Function<SourceView, CompletableFuture<T>> question) {
		SourceView view = view(source);
		return Failures.join(() -> question.apply(view));
	}

	private SourceView view(String source) {
		List<ListenerEndpoint> all = endpoints().stream()
			.filter((endpoint) -> endpoint.sources().contains(source))
			.toList();
		Assert.isTrue(!all.isEmpty(), () -> "No listener reads '" + source + "'; there are " + names());
		List<ListenerEndpoint> kept = all.stream()
			.filter((endpoint) -> endpoint.transport() != TransportType.CHANNEL)
			.toList();
		List<SourceView> views = (kept.isEmpty() ? all.subList(0, 1) : kept).stream()
			.map((endpoint) -> transport(endpoint).view(endpoint, source))
			.distinct()
			.toList();
		Assert.isTrue(views.size() == 1, () -> "Listeners read '" + source + "' in different ways; say which one is "
				+ "meant by Sources.ofListener, one of " + kept.stream().map(ListenerEndpoint::id).toList());
		return views.get(0);
	}

	private List<ListenerEndpoint> endpoints() {
		return this.containers.get().stream().map(ListenerContainer::endpoint).toList();
	}

}
