package io.redisbroker.engine.annotation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.listener.ListenerContainer;

/**
 * Listeners of a child context, in the registry of a parent. They start when the child
 * has started, and end with it. Thread-safe.
 */
final class ChildListeners {

	private final Map<ListenerContainer, DefaultListenerRegistry> listeners = new LinkedHashMap<>();

	/** Those that come back when the child starts again. */
	private final List<ListenerContainer> stopped = new ArrayList<>();

	private boolean started;

	void add(ListenerContainer container, DefaultListenerRegistry registry) {
		boolean late;
		synchronized (this) {
			this.listeners.entrySet().removeIf((each) -> !isRegistered(each.getKey(), each.getValue()));
			this.listeners.put(container, registry);
			late = this.started;
		}
		if (late) {
			registry.startIfDue(container);
		}
	}

	private static boolean isRegistered(ListenerContainer container, DefaultListenerRegistry registry) {
		return registry.container(container.endpoint().id()).filter((each) -> each == container).isPresent();
	}

	void start() {
		Map<ListenerContainer, DefaultListenerRegistry> due;
		synchronized (this) {
			this.started = true;
			due = new LinkedHashMap<>(this.listeners);
		}
		due.forEach((container, registry) -> registry.startIfDue(container));
	}

	void stop() {
		Map<ListenerContainer, DefaultListenerRegistry> running = new LinkedHashMap<>();
		synchronized (this) {
			this.listeners.forEach((container, registry) -> {
				if (container.isStarted()) {
					running.put(container, registry);
				}
			});
			this.stopped.addAll(running.keySet());
		}
		join(running.entrySet().stream().map((each) -> each.getValue().stop(each.getKey())).toList());
	}

	void restart() {
		List<ListenerContainer> again;
		synchronized (this) {
			again = this.stopped.stream().filter(this.listeners::containsKey).toList();
			this.stopped.clear();
		}
		join(again.stream().map(ListenerContainer::start).toList());
	}

	void close() {
		Map<ListenerContainer, DefaultListenerRegistry> all;
		synchronized (this) {
			all = new LinkedHashMap<>(this.listeners);
			this.listeners.clear();
		}
		join(all.entrySet()
			.stream()
			.filter((each) -> isRegistered(each.getKey(), each.getValue()))
			.map((each) -> each.getValue().unregister(each.getKey().endpoint().id()))
			.toList());
	}

	private static void join(List<CompletableFuture<Void>> futures) {
		CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
	}

}
