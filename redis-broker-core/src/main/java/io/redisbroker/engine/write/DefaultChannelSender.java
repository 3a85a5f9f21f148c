package io.redisbroker.engine.write;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Failures;
import io.redisbroker.send.ChannelSender;

/**
 * Publishes over the shared connection.
 */
final class DefaultChannelSender extends DestinationSender<ChannelSender, ChannelDestination> implements ChannelSender {

	DefaultChannelSender(Outlet outlet, ChannelDestination destination, Map<String, String> headers) {
		super(outlet, destination, headers);
	}

	@Override
	ChannelSender with(Outlet outlet, ChannelDestination destination, Map<String, String> headers) {
		return new DefaultChannelSender(outlet, destination, headers);
	}

	@Override
	public long publish(Object payload) {
		return Failures.join(() -> publishAsync(payload));
	}

	@Override
	public CompletableFuture<Long> publishAsync(Object payload) {
		return send(destination(), payload);
	}

}
