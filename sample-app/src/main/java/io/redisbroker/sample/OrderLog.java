package io.redisbroker.sample;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.redisbroker.sample.OrderStatus.Step;
import io.redisbroker.send.ChannelSender;
import io.redisbroker.send.RedisBroker;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Records the steps of orders in Redis, in a hash for each order, so that every instance
 * can show them. A step may be recorded twice without harm, because a message may be
 * delivered again. Also publishes each step for the viewers.
 */
@Component
class OrderLog {

	private static final String ORDER = "order";

	private final HashOperations<String, String, String> hashes;

	private final JsonMapper json;

	private final ChannelSender live;

	OrderLog(StringRedisTemplate redis, JsonMapper json, RedisBroker broker) {
		this.hashes = redis.opsForHash();
		this.json = json;
		this.live = broker.channel(LiveOrders.CHANNEL);
	}

	void placed(String id, Order order) {
		this.hashes.put(key(id), ORDER, this.json.writeValueAsString(order));
	}

	void record(String id, String group, Step step) {
		this.hashes.put(key(id), group, this.json.writeValueAsString(step));
		this.live.publishAsync(id + " " + group + ": " + step.status());
	}

	Optional<OrderStatus> find(String id) {
		Map<String, String> fields = this.hashes.entries(key(id));
		String order = fields.remove(ORDER);
		if (order == null) {
			return Optional.empty();
		}
		Map<String, Step> groups = new TreeMap<>();
		fields.forEach((group, step) -> groups.put(group, this.json.readValue(step, Step.class)));
		return Optional.of(new OrderStatus(id, this.json.readValue(order, Order.class), groups));
	}

	private static String key(String id) {
		return "order:" + id;
	}

}
