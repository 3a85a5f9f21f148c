package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * A listener at work. Thread-safe; can be started again after it was stopped.
 *
 * @since 0.1.0
 */
public interface ListenerContainer {

	/**
	 * Returns the listener's endpoint.
	 * @return the endpoint
	 */
	ListenerEndpoint endpoint();

	/**
	 * Starts to listen. Does nothing when it does already; a container that has given up,
	 * or some of whose sources have, begins again with these.
	 * @return completes when it listens, so that messages sent afterwards are received,
	 * or when Redis can't be reached for now and the container goes on trying;
	 * exceptionally with {@link BrokerConfigurationException} when the listener can't
	 * work as configured, or {@link IllegalStateException} when the listener was
	 * unregistered
	 */
	CompletableFuture<Void> start();

	/**
	 * Stops: reads no more, hands back at once the messages whose handling has not begun,
	 * and lets running calls end.
	 * @param timeout the time that running calls have; then their threads are interrupted
	 * and their messages are left to be delivered again
	 * @return completes when the listener has stopped
	 */
	CompletableFuture<Void> stop(Duration timeout);

	/**
	 * Stops for good: a later start fails. {@link ListenerRegistry#unregister} calls it.
	 * @param timeout as for {@link #stop}
	 * @return completes when the listener has stopped
	 */
	default CompletableFuture<Void> close(Duration timeout) {
		return stop(timeout);
	}

	/**
	 * Calls the listener no more, until {@link #resume} or the next start. Running calls
	 * go on to their end, and their messages stay this container's for as long. Messages
	 * of queues and groups whose handling has not begun are handed back at once, their
	 * delivery counts unchanged; with {@code AckMode.NONE} and from channels they can't
	 * be handed back and wait here. Channels are unsubscribed: messages published
	 * meanwhile are gone. Does nothing when the container does not run.
	 * @return completes when nothing is read any more
	 */
	CompletableFuture<Void> pause();

	/**
	 * Goes on after {@link #pause}. The messages of channels that were missed meanwhile
	 * are reported as a gap. Does nothing when the container is not paused.
	 * @return completes as {@link #start} does
	 */
	CompletableFuture<Void> resume();

	/**
	 * Tells whether the container runs, but is paused.
	 * @return whether it is
	 */
	boolean isPaused();

	/**
	 * Tells whether the container listens.
	 * @return whether it was started and not stopped, be it paused or not, and has not
	 * given up
	 */
	boolean isRunning();

	/**
	 * Tells whether the container was started, and not stopped since. Unlike
	 * {@link #isRunning}, it stays so when the container has given up.
	 * @return whether the container shall run
	 */
	default boolean isStarted() {
		return isRunning();
	}

	/**
	 * Tells whether the container can read from Redis, as far as is known.
	 * @return {@code false} while it tries to reach Redis again
	 */
	boolean isConnected();

	/**
	 * Returns how long ago Redis last answered a read, be it with nothing; of several
	 * sources the one that has waited longest.
	 * @return the duration, at most some seconds while all is well, unless all workers
	 * are busy or it holds all it may; {@code null} while the container does not run, and
	 * for channels, which are not read
	 */
	default @Nullable Duration sinceLastRead() {
		return null;
	}

	/**
	 * Returns how long the longest call of the listener that is under way has taken, from
	 * taking the message to settling it.
	 * @return the duration; {@code null} while nothing is being handled
	 */
	default @Nullable Duration longestCall() {
		return null;
	}

	/**
	 * Returns the sources that the container can't read, as far as is known.
	 * @return keys, channels or patterns; empty while it is connected
	 */
	default Collection<String> missing() {
		return isConnected() ? List.of() : endpoint().sources();
	}

	/**
	 * Returns the present problems of the container: messages that it can't read, decode,
	 * reclaim, renew or settle, with the newest cause, and work without progress.
	 * @return the problems; empty while all is well, and while it is paused or stopped
	 */
	default List<ListenerProblem> problems() {
		return List.of();
	}

}
