package io.redisbroker.engine.write;

import java.util.Map;

import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.send.ChannelSender;
import io.redisbroker.send.QueueSender;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.send.StreamSender;
import org.springframework.util.Assert;

/**
 * Sends over the shared connection of a Redis.
 */
public final class DefaultRedisBroker implements RedisBroker {

	private final RedisDirectory directory;

	private final ConnectedRedis redis;

	private final Outlet outlet;

	private final PayloadCodec codec;

	private final String keyPrefix;

	private final BrokerObservations observations;

	/**
	 * Creates a broker that sends to the broker's own Redis.
	 * @param directory every Redis that can be sent to
	 * @param codec encodes payloads
	 * @param keyPrefix the prefix of all keys, or an empty string
	 * @param observations observes sending
	 */
	public DefaultRedisBroker(RedisDirectory directory, PayloadCodec codec, String keyPrefix,
			BrokerObservations observations) {
		this(directory, directory.own(), codec, keyPrefix, observations);
	}

	private DefaultRedisBroker(RedisDirectory directory, ConnectedRedis redis, PayloadCodec codec, String keyPrefix,
			BrokerObservations observations) {
		this.directory = directory;
		this.redis = redis;
		this.outlet = new Outlet(redis.shared(), codec, observations);
		this.codec = codec;
		this.keyPrefix = keyPrefix;
		this.observations = observations;
	}

	@Override
	public RedisBroker on(String connectionFactory) {
		Assert.hasText(connectionFactory, "A connection factory has a name");
		ConnectedRedis other = this.directory.get(connectionFactory);
		return other.equals(this.redis) ? this
				: new DefaultRedisBroker(this.directory, other, this.codec, this.keyPrefix, this.observations);
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
