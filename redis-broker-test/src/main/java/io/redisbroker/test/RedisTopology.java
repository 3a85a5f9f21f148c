package io.redisbroker.test;

/**
 * How Redis is set up.
 *
 * @since 0.1.0
 */
public enum RedisTopology {

	/** A single {@link RedisServer}. */
	STANDALONE,

	/** A primary with replicas and three Sentinels: {@link RedisSentinel}. */
	SENTINEL,

	/** A {@link RedisCluster}. */
	CLUSTER

}
