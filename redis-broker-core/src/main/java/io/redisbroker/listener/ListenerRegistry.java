package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.failure.BrokerConfigurationException;
import org.springframework.context.SmartLifecycle;

/**
 * All listeners of an application. Starts them after everything else and stops them
 * first, all at the same time. Thread-safe: listeners can be registered, started and
 * stopped at any time.
 *
 * @since 0.1.0
 */
public interface ListenerRegistry extends SmartLifecycle {

	/**
	 * Registers a listener. It starts with the application, or at once where that has
	 * started already, if its settings say so. The application's configuration is applied
	 * first: the prefix of all keys, and the defaults of settings that the endpoint
	 * leaves open. {@link #unregister} is the counterpart.
	 * @param endpoint the sources, without the prefix of all keys, and the handler
	 * @return the listener's container
	 * @throws BrokerConfigurationException when the id is taken or the endpoint can't
	 * work
	 * @throws IllegalStateException when it should start at once and this is a thread
	 * that reads the replies of Redis, and so can't wait for one; nothing is registered
	 * then
	 */
	ListenerContainer register(ListenerEndpoint endpoint);

	/**
	 * Stops a listener, and forgets it: its meters, its health, its place in the
	 * endpoint. Listeners whose calls are under way get the time that they have when the
	 * application stops. Its messages stay in Redis, and so does its consumer group.
	 * @param id the listener's id
	 * @return completes when the listener has stopped and its id is free; at once when
	 * there is no such listener. Not to be waited for by the listener itself
	 */
	CompletableFuture<Void> unregister(String id);

	/**
	 * Stops a listener, and forgets it.
	 * @param id the listener's id
	 * @param timeout how long to wait for calls that are under way; then their threads
	 * are interrupted, and their messages are delivered again to other consumers
	 * @return completes when the listener has stopped and its id is free; at once when
	 * there is no such listener
	 * @see #unregister(String)
	 */
	CompletableFuture<Void> unregister(String id, Duration timeout);

	/**
	 * Stops a listener, which gets the time that it has when the application stops.
	 * @param container the listener's container
	 * @return completes when the listener has stopped
	 */
	CompletableFuture<Void> stop(ListenerContainer container);

	/**
	 * Finds a listener.
	 * @param id its id
	 * @return its container
	 */
	Optional<ListenerContainer> container(String id);

	/**
	 * Returns all listeners.
	 * @return the containers, in the order in which they were registered
	 */
	Collection<ListenerContainer> containers();

	/**
	 * Returns where the listeners' dead letters are.
	 * @return each source of each listener, with its group and its id
	 */
	List<DeadLetterSource> deadLetterSources();

}
