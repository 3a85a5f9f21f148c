package io.redisbroker.test;

import java.util.List;
import java.util.Map;

/**
 * Something that runs Redis for a test: a single server, a Sentinel set-up or a cluster.
 * All data is gone when it is closed, and it never outlives the JVM, even a killed one.
 * <p>
 * Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public sealed interface RedisDeployment extends AutoCloseable permits RedisServer, RedisSentinel, RedisCluster {

	/**
	 * Return the servers that hold data (Sentinels do not), in the order in which they
	 * were started. Which of them is a primary may change at any time.
	 * @return the servers, whether they run or not
	 */
	List<RedisServer> nodes();

	/**
	 * Remove all keys from all databases, also of the replicas: no key comes back with a
	 * failover. A replica that does not follow, such as a frozen one, is waited for two
	 * seconds.
	 * @throws io.lettuce.core.RedisException if a primary does not answer
	 */
	void flushAll();

	/**
	 * Wait until the servers that run can do their work: each answers, and in a
	 * replicated topology all agree on the primaries, each replica is connected to its
	 * primary and no part of the data is without a primary. Servers that were killed,
	 * stopped or frozen are not waited for.
	 * @throws RedisServerException if that is not so within 60 seconds
	 */
	void awaitHealthy();

	/**
	 * Undo the damage of a test: let frozen servers run on, restart servers that do not
	 * run or do not answer, and wait until all are healthy. Keys and the roles that
	 * servers have taken meanwhile stay.
	 * @throws RedisServerException if that fails
	 */
	void heal();

	/**
	 * Return the properties under which Spring Boot finds this Redis, such as
	 * {@code spring.data.redis.host}, also beside a {@code spring.data.redis.url} of the
	 * application's.
	 * @return names and values
	 */
	Map<String, String> springProperties();

	/**
	 * Kill all servers and remove their data. Has no effect when called again.
	 */
	@Override
	void close();

}
