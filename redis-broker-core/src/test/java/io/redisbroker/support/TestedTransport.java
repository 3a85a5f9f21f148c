package io.redisbroker.support;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;

/**
 * What differs between the transports as far as tests can see that hold for all which
 * deliver at least once. All else in those tests is the same.
 */
public enum TestedTransport {

	STREAM {

		private static final String GROUP = "workers";

		@Override
		public ListenerEndpoint endpoint(String source, ListenerSettings settings, DeliveryHandler handler) {
			return StreamEndpoint.builder("worker").streams(source).group(GROUP).settings(settings).handler(handler);
		}

		@Override
		public List<String> send(RedisBroker broker, String source, List<String> messages) {
			return broker.stream(source).sendAll(messages);
		}

		@Override
		public Map<String, Claim> inFlight(RedisCommands<String, String> redis, String source) {
			Map<String, Claim> claims = new LinkedHashMap<>();
			redis.xpending(source, GROUP, Range.unbounded(), Limit.from(Integer.MAX_VALUE))
				.forEach((pending) -> claims.put(pending.getId(),
						new Claim(pending.getConsumer(), pending.getRedeliveryCount())));
			return claims;
		}

		@Override
		public List<Object> members(RedisCommands<String, String> redis, String source) {
			return redis.xinfoConsumers(source, GROUP);
		}

	};

	/** Describes a listener; every instance that uses it takes part in the same work. */
	public abstract ListenerEndpoint endpoint(String source, ListenerSettings settings, DeliveryHandler handler);

	/** Sends and returns the ids. */
	public abstract List<String> send(RedisBroker broker, String source, List<String> messages);

	/** What was handed out and is not settled, by id. */
	public abstract Map<String, Claim> inFlight(RedisCommands<String, String> redis, String source);

	/** What is known about the consumers that take part. */
	public abstract List<Object> members(RedisCommands<String, String> redis, String source);

	/** Who holds a message, and how often it was handed out. */
	public record Claim(String owner, long deliveryCount) {
	}

}
