package io.redisbroker.support;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.converter.Envelope;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
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
		public ListenerEndpoint endpoint(List<String> sources, ListenerSettings settings, DeliveryHandler handler) {
			return StreamEndpoint.builder("worker")
				.streams(sources.toArray(String[]::new))
				.group(GROUP)
				.settings(settings)
				.handler(handler);
		}

		@Override
		public void send(RedisBroker broker, String source, List<String> messages) {
			broker.stream(source).sendAll(messages);
		}

		@Override
		public Map<String, Claim> inFlight(RedisCommands<String, String> redis, String source) {
			Map<String, Claim> claims = new LinkedHashMap<>();
			if (redis.exists(source) == 0 || redis.xinfoGroups(source).isEmpty()) {
				return claims;
			}
			redis.xpending(source, GROUP, Range.unbounded(), Limit.from(Integer.MAX_VALUE)).forEach((pending) -> {
				String message = redis.xrange(source, Range.create(pending.getId(), pending.getId()))
					.get(0)
					.getBody()
					.get("payload");
				claims.put(pending.getId(), new Claim(pending.getConsumer(), pending.getRedeliveryCount(), message));
			});
			return claims;
		}

		@Override
		public List<String> stored(RedisCommands<String, String> redis, String source) {
			return redis.xrange(source, Range.unbounded())
				.stream()
				.map((entry) -> entry.getBody().get("payload"))
				.toList();
		}

		@Override
		public boolean isMember(RedisCommands<String, String> redis, String source, String instance) {
			return redis.xinfoConsumers(source, GROUP).toString().contains(instance + ":");
		}

	},

	QUEUE {

		@Override
		public ListenerEndpoint endpoint(List<String> sources, ListenerSettings settings, DeliveryHandler handler) {
			return QueueEndpoint.builder("worker")
				.queues(sources.toArray(String[]::new))
				.settings(settings)
				.handler(handler);
		}

		@Override
		public void send(RedisBroker broker, String source, List<String> messages) {
			broker.queue(source).sendAll(messages);
		}

		@Override
		public Map<String, Claim> inFlight(RedisCommands<String, String> redis, String source) {
			Map<String, String> messages = redis.hgetall("{" + source + "}:messages");
			Map<String, Claim> claims = new LinkedHashMap<>();
			List<String> receipts = new ArrayList<>(redis.zrange("{" + source + "}:leases", 0, -1));
			// as pending entries of a stream do, what waits for its retry counts
			receipts.addAll(redis.zrange("{" + source + "}:delayed", 0, -1));
			receipts.forEach((receipt) -> {
				String[] parts = receipt.split(":", 4);
				claims.put(parts[0], new Claim(parts[3], Long.parseLong(parts[2]), text(messages.get(parts[0]))));
			});
			return claims;
		}

		@Override
		public List<String> stored(RedisCommands<String, String> redis, String source) {
			List<String> stored = new ArrayList<>(redis.hvals("{" + source + "}:messages"));
			stored.addAll(redis.lrange(source, 0, -1));
			stored.addAll(redis.lrange("{" + source + "}:claim", 0, -1));
			return stored.stream().map(this::text).toList();
		}

		private String text(String value) {
			Delivery.Content content = Envelope.decode(value.getBytes(StandardCharsets.UTF_8));
			return new String(content.payload(), StandardCharsets.UTF_8);
		}

		@Override
		public boolean isMember(RedisCommands<String, String> redis, String source, String instance) {
			return inFlight(redis, source).values().stream().anyMatch((claim) -> claim.owner().startsWith(instance));
		}

	};

	/** Describes a listener; every instance that uses it takes part in the same work. */
	public abstract ListenerEndpoint endpoint(List<String> sources, ListenerSettings settings, DeliveryHandler handler);

	public ListenerEndpoint endpoint(String source, ListenerSettings settings, DeliveryHandler handler) {
		return endpoint(List.of(source), settings, handler);
	}

	/** Sends messages that will be handled in this order. */
	public abstract void send(RedisBroker broker, String source, List<String> messages);

	/** What was handed out and is not settled, by id. */
	public abstract Map<String, Claim> inFlight(RedisCommands<String, String> redis, String source);

	/** What Redis holds, handled or not. */
	public abstract List<String> stored(RedisCommands<String, String> redis, String source);

	/** Whether Redis knows of anything that this instance takes part in. */
	public abstract boolean isMember(RedisCommands<String, String> redis, String source, String instance);

	/** Who holds a message, and how often it was handed out. */
	public record Claim(String owner, long deliveryCount, String message) {
	}

}
