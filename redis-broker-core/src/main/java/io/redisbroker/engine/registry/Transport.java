package io.redisbroker.engine.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;

/**
 * Makes containers for one kind of endpoint.
 */
public interface Transport {

	/**
	 * Creates the same transport for another Redis.
	 * @param redis the Redis
	 * @return the transport
	 * @throws BrokerConfigurationException when this transport works on one Redis only
	 */
	default Transport on(ConnectedRedis redis) {
		throw new BrokerConfigurationException(getClass().getName() + " works on the broker's own Redis only",
				"Leave the connection factory '" + redis.name() + "' out, or have the transport override on(…).");
	}

	/**
	 * Tells whether this transport knows the kind of endpoint.
	 * @param endpoint the endpoint
	 * @return whether it does
	 */
	boolean supports(ListenerEndpoint endpoint);

	/**
	 * Completes an endpoint with the application's configuration.
	 * @param endpoint the endpoint, whose sources are names without a prefix
	 * @return the endpoint, whose sources are complete keys and whose settings are
	 * complete
	 * @throws BrokerConfigurationException when the configuration and the endpoint don't
	 * fit together
	 */
	default ListenerEndpoint configure(ListenerEndpoint endpoint) {
		return endpoint;
	}

	/**
	 * Creates a container, not started.
	 * @param endpoint the endpoint
	 * @return the container
	 * @throws BrokerConfigurationException when the endpoint can't work on this Redis
	 */
	ListenerContainer createContainer(ListenerEndpoint endpoint);

	/**
	 * Returns the way to put dead letters back into a source.
	 * @param source the source and its dead letters
	 * @return puts them back
	 * @throws IllegalArgumentException when messages of this transport can't be put back
	 */
	Redrive redrive(DeadLetterSource source);

	/**
	 * Returns the commands that a listener sends, so that it can be checked whether the
	 * user may.
	 * @param endpoint the endpoint
	 * @return the commands; empty when there is nothing to check
	 */
	default List<RequiredCommand> requiredCommands(ListenerEndpoint endpoint) {
		return List.of();
	}

	/**
	 * Asks Redis how much is left to do, in one round trip per source, all at the same
	 * time.
	 * @param endpoint the endpoint
	 * @return the backlogs by source; without sources that keep nothing, or for which
	 * Redis does not remember progress
	 */
	default CompletableFuture<Map<String, Backlog>> backlog(ListenerEndpoint endpoint) {
		return CompletableFuture.completedFuture(Map.of());
	}

	/**
	 * Asks Redis which consumers take messages from the sources, those of all instances,
	 * in one round trip per source.
	 * @param endpoint the endpoint
	 * @return the consumers by source; without sources for which Redis knows none
	 */
	default CompletableFuture<Map<String, List<ConsumerState>>> consumers(ListenerEndpoint endpoint) {
		return CompletableFuture.completedFuture(Map.of());
	}

	/**
	 * Returns a view that looks into a source.
	 * @param endpoint the endpoint
	 * @param source one of its sources
	 * @return the view; unless a transport keeps messages in Redis, it refuses all
	 * questions
	 */
	default SourceView view(ListenerEndpoint endpoint, String source) {
		return (something) -> new IllegalArgumentException("'" + source + "' is a " + endpoint.transport()
				+ " and has no " + something + ": Redis keeps nothing that could be looked at");
	}

}
