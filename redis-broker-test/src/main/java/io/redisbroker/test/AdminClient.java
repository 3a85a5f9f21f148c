package io.redisbroker.test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;

/**
 * The connections of one deployment for its own administrative commands. Thread-safe.
 */
final class AdminClient implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

	private final ClientResources resources = ClientResources.builder()
		.ioThreadPoolSize(2)
		.computationThreadPoolSize(2)
		.reconnectDelay(Delay.constant(Duration.ofMillis(50)))
		.build();

	private final RedisClient client = RedisClient.create(this.resources);

	/**
	 * Open a connection that reconnects by itself.
	 * @param uri where to
	 * @return the connection, to be closed by the caller
	 */
	StatefulRedisConnection<String, String> connect(RedisURI uri) {
		return this.client.connect(RedisURI.builder(uri).withTimeout(TIMEOUT).build());
	}

	StatefulRedisSentinelConnection<String, String> connectSentinel(RedisURI uri) {
		return this.client.connectSentinel(RedisURI.builder(uri).withTimeout(PROBE_TIMEOUT).build());
	}

	RedisClusterClient clusterClient(Iterable<RedisURI> uris) {
		return RedisClusterClient.create(this.resources, uris);
	}

	/**
	 * Ask a server for its {@code INFO} on a connection of its own.
	 * @param uri where the server should be
	 * @return the fields, none if it does not answer as it should within two seconds
	 */
	Map<String, String> probe(RedisURI uri) {
		RedisURI impatient = RedisURI.builder(uri).withTimeout(PROBE_TIMEOUT).build();
		try (StatefulRedisConnection<String, String> connection = this.client.connect(impatient)) {
			return fields(connection.sync().info());
		}
		catch (RedisException ex) {
			return Map.of();
		}
	}

	static Map<String, String> fields(String info) {
		Map<String, String> fields = new LinkedHashMap<>();
		info.lines().forEach((line) -> {
			int colon = line.indexOf(':');
			if (colon > 0) {
				fields.put(line.substring(0, colon), line.substring(colon + 1));
			}
		});
		return fields;
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, PROBE_TIMEOUT);
		this.resources.shutdown(0, PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
	}

}
