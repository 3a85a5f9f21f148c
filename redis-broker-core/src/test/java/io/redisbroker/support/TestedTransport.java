package io.redisbroker.support;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.models.stream.PendingMessage;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;

/**
 * The differences between the transports that deliver at least once, for tests that run
 * with each of them.
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
		public void send(RedisBroker broker, String source, Map<String, String> headers, List<?> payloads) {
			broker.stream(source).withHeaders(headers).sendAll(payloads);
		}

		@Override
		public void push(RedisClusterCommands<String, String> redis, String source, String message) {
			redis.xadd(source, "payload", message);
		}

		@Override
		public Map<String, Claim> inFlight(RedisClusterCommands<String, String> redis, String source) {
			Map<String, Claim> claims = new LinkedHashMap<>();
			if (redis.exists(source) == 0 || redis.xinfoGroups(source).isEmpty()) {
				return claims;
			}
			List<PendingMessage> pending = redis.xpending(source, GROUP, Range.unbounded(),
					Limit.from(Integer.MAX_VALUE));
			Map<String, String> messages = new HashMap<>();
			redis.xrange(source, Range.unbounded())
				.forEach((entry) -> messages.put(entry.getId(), entry.getBody().get("payload")));
			pending.forEach((each) -> claims.put(each.getId(),
					new Claim(each.getConsumer(), each.getRedeliveryCount(), messages.get(each.getId()))));
			return claims;
		}

		@Override
		public List<String> stored(RedisClusterCommands<String, String> redis, String source) {
			return redis.xrange(source, Range.unbounded())
				.stream()
				.map((entry) -> entry.getBody().get("payload"))
				.toList();
		}

		@Override
		public boolean isMember(RedisClusterCommands<String, String> redis, String source, String instance) {
			return redis.xinfoConsumers(source, GROUP).toString().contains(instance + ":");
		}

		@Override
		public Map<String, String> origin() {
			return Map.of("dead-letter-source-type", "stream", "dead-letter-group", GROUP);
		}

	},

	QUEUE {

		/** Reads all places at one moment, because messages move between them. */
		private static final String CONTENT = """
				return { redis.call('HGETALL', KEYS[1]), redis.call('ZRANGE', KEYS[2], 0, -1),
					redis.call('ZRANGE', KEYS[3], 0, -1) }""";

		@Override
		public ListenerEndpoint endpoint(List<String> sources, ListenerSettings settings, DeliveryHandler handler) {
			return QueueEndpoint.builder("worker")
				.queues(sources.toArray(String[]::new))
				.settings(settings)
				.handler(handler);
		}

		@Override
		public void send(RedisBroker broker, String source, Map<String, String> headers, List<?> payloads) {
			broker.queue(source).withHeaders(headers).sendAll(payloads);
		}

		@Override
		public void push(RedisClusterCommands<String, String> redis, String source, String message) {
			redis.lpush(source, message);
		}

		@Override
		public Map<String, Claim> inFlight(RedisClusterCommands<String, String> redis, String source) {
			List<List<String>> content = redis.eval(CONTENT, ScriptOutputType.MULTI, "{" + source + "}:messages",
					"{" + source + "}:leases", "{" + source + "}:delayed");
			Map<String, String> messages = new HashMap<>();
			for (int i = 0; i < content.get(0).size(); i += 2) {
				messages.put(content.get(0).get(i), content.get(0).get(i + 1));
			}
			Map<String, Claim> claims = new LinkedHashMap<>();
			List<String> receipts = new ArrayList<>(content.get(1));
			// messages that wait for a retry count, as pending entries of a stream do
			receipts.addAll(content.get(2));
			receipts.forEach((receipt) -> {
				String[] parts = receipt.split(":", 5);
				claims.put(parts[0], new Claim(parts[4], Long.parseLong(parts[2]), text(messages.get(parts[0]))));
			});
			return claims;
		}

		@Override
		public List<String> stored(RedisClusterCommands<String, String> redis, String source) {
			// in the order in which messages move, so that none is missed
			List<String> stored = new ArrayList<>(redis.lrange(source, 0, -1));
			stored.addAll(redis.lrange("{" + source + "}:claim", 0, -1));
			stored.addAll(redis.hvals("{" + source + "}:messages"));
			return stored.stream().map(this::text).toList();
		}

		private String text(String value) {
			Delivery.Content content = Envelope.decode(value.getBytes(StandardCharsets.UTF_8));
			return new String(content.payload(), StandardCharsets.UTF_8);
		}

		@Override
		public boolean isMember(RedisClusterCommands<String, String> redis, String source, String instance) {
			return inFlight(redis, source).values().stream().anyMatch((claim) -> claim.owner().startsWith(instance));
		}

		@Override
		public Map<String, String> origin() {
			return Map.of("dead-letter-source-type", "queue");
		}

	};

	/** Describes a listener; every instance that uses it takes part in the same work. */
	public abstract ListenerEndpoint endpoint(List<String> sources, ListenerSettings settings, DeliveryHandler handler);

	public ListenerEndpoint endpoint(String source, ListenerSettings settings, DeliveryHandler handler) {
		return endpoint(List.of(source), settings, handler);
	}

	/** Sends messages that will be handled in this order. */
	public abstract void send(RedisBroker broker, String source, Map<String, String> headers, List<?> payloads);

	public void send(RedisBroker broker, String source, List<?> payloads) {
		send(broker, source, Map.of(), payloads);
	}

	/** Sends messages as other clients do. */
	public abstract void push(RedisClusterCommands<String, String> redis, String source, String message);

	/** The messages that were delivered and are not settled, by id. */
	public abstract Map<String, Claim> inFlight(RedisClusterCommands<String, String> redis, String source);

	/** The messages that Redis holds, handled or not. */
	public abstract List<String> stored(RedisClusterCommands<String, String> redis, String source);

	/** Whether Redis knows this instance as a consumer. */
	public abstract boolean isMember(RedisClusterCommands<String, String> redis, String source, String instance);

	/** The fields of a dead letter about its origin, without the key. */
	public abstract Map<String, String> origin();

	/** The consumer that holds a message, and the number of its deliveries. */
	public record Claim(String owner, long deliveryCount, String message) {
	}

}
