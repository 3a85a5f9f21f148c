package io.redisbroker.engine.write;

import java.util.Map;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.send.ChannelSender;
import io.redisbroker.send.QueueSender;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.send.StreamSender;
import org.springframework.util.Assert;

/**
 * Sends over the shared connection.
 */
public final class DefaultRedisBroker implements RedisBroker {

	private final Outlet outlet;

	private final String keyPrefix;

	/**
	 * Creates a broker without observations.
	 * @param connections the connections to Redis
	 * @param codec encodes payloads
	 * @param keyPrefix the beginning of every key, or an empty string
	 */
	public DefaultRedisBroker(RedisConnections connections, PayloadCodec codec, String keyPrefix) {
		this(connections, codec, keyPrefix, BrokerObservations.NONE);
	}

	/**
	 * Creates a broker.
	 * @param connections the connections to Redis
	 * @param codec encodes payloads
	 * @param keyPrefix the beginning of every key, or an empty string
	 * @param observations observes sending
	 */
	public DefaultRedisBroker(RedisConnections connections, PayloadCodec codec, String keyPrefix,
			BrokerObservations observations) {
		this.outlet = new Outlet(connections.shared(), codec, observations);
		this.keyPrefix = keyPrefix;
	}

	@Override
	public StreamSender stream(String name) {
		Assert.hasText(name, "A stream has a name");
		return new DefaultStreamSender(this.outlet, new StreamDestination(this.keyPrefix + name), Map.of());
	}

	@Override
	public QueueSender queue(String name) {
		Assert.hasText(name, "A queue has a name");
		return new DefaultQueueSender(this.outlet, new QueueDestination(this.keyPrefix + name), Map.of());
	}

	@Override
	public ChannelSender channel(String name) {
		return channel(name, false);
	}

	@Override
	public ChannelSender shardedChannel(String name) {
		return channel(name, true);
	}

	private ChannelSender channel(String name, boolean sharded) {
		Assert.hasText(name, "A channel has a name");
		return new DefaultChannelSender(this.outlet, new ChannelDestination(this.keyPrefix + name, sharded), Map.of());
	}

}
