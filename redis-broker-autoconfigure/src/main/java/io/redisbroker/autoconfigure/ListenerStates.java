package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the reports of the engine on its listeners: since when one is without Redis,
 * and why one has given up.
 */
class ListenerStates implements BrokerEvents {

	static final String GAVE_UP = "gave up";

	static final String DISCONNECTED = "disconnected";

	private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

	private final Map<String, Throwable> givenUp = new ConcurrentHashMap<>();

	@Override
	public void started(String listener) {
		this.givenUp.remove(listener);
	}

	@Override
	public void stopped(String listener) {
		this.givenUp.remove(listener);
		this.troubles.remove(listener);
	}

	/** Also of one that never ran. */
	@Override
	public void unregistered(String listener) {
		stopped(listener);
	}

	@Override
	public void gaveUp(String listener, Throwable failure) {
		this.givenUp.put(listener, failure);
		this.troubles.remove(listener);
	}

	@Override
	public void disconnected(String listener, Throwable failure) {
		this.troubles.compute(listener,
				(id, trouble) -> (trouble != null) ? trouble.more() : new Trouble(System.nanoTime(), 1));
	}

	@Override
	public void reconnected(String listener, Duration gap) {
		this.troubles.computeIfPresent(listener, (id, trouble) -> trouble.less());
	}

	/** Returns the state of a listener, in one word or two. */
	String stateOf(ListenerContainer listener) {
		if (failure(listener.endpoint().id()) != null) {
			return GAVE_UP;
		}
		if (!listener.isRunning()) {
			return "stopped";
		}
		if (listener.isPaused()) {
			return "paused";
		}
		return listener.isConnected() ? "listening" : DISCONNECTED;
	}

	/** Returns why a listener has given up, or nothing when it has not. */
	@Nullable Throwable failure(String listener) {
		return this.givenUp.get(listener);
	}

	/** Returns for how long a listener has not read all that it should. */
	Duration disconnectedFor(String listener) {
		Trouble trouble = this.troubles.get(listener);
		return (trouble != null) ? Duration.ofNanos(System.nanoTime() - trouble.since()) : Duration.ZERO;
	}

	/** A listener may read from several places, each with a connection of its own. */
	private record Trouble(long since, int places) {

		Trouble more() {
			return new Trouble(this.since, this.places + 1);
		}

		@Nullable Trouble less() {
			return (this.places > 1) ? new Trouble(this.since, this.places - 1) : null;
		}

	}

}
