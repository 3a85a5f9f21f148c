package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * A listener at work. Thread-safe; can be started again after it was stopped.
 *
 * @since 0.1.0
 */
public interface ListenerContainer {

	/**
	 * Returns what was asked for.
	 * @return the endpoint
	 */
	ListenerEndpoint endpoint();

	/**
	 * Starts to listen. Does nothing when it does already.
	 * @return completes when messages sent from now on are received, or when Redis can't
	 * be reached for now and the container goes on trying; exceptionally with
	 * {@link BrokerConfigurationException} when the listener can't work as configured
	 */
	CompletableFuture<Void> start();

	/**
	 * Stops: reads no more, hands back at once what was not begun, lets finish what runs.
	 * @param timeout how long to wait for what runs; then its threads are interrupted and
	 * its messages are left to be delivered again
	 * @return completes when the listener has stopped
	 */
	CompletableFuture<Void> stop(Duration timeout);

	/**
	 * Tells whether the container listens.
	 * @return whether it was started and not stopped
	 */
	boolean isRunning();

	/**
	 * Tells whether the container can read from Redis, as far as is known.
	 * @return {@code false} while it tries to reach Redis again
	 */
	boolean isConnected();

	/**
	 * Returns how long ago Redis last answered a read, be it with nothing; of several
	 * sources the one that has waited longest.
	 * @return the duration, at most some seconds while all is well; {@code null} while
	 * the container does not run, and for channels, which are not read
	 */
	default @Nullable Duration sinceLastRead() {
		return null;
	}

	/**
	 * Returns what the container can't read from, as far as is known.
	 * @return keys, channels or patterns; empty while it is connected
	 */
	default Collection<String> missing() {
		return isConnected() ? List.of() : endpoint().sources();
	}

}
