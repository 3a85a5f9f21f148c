package io.redisbroker.admin;

import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A broker with the dead letters of the source {@code orders}.
 */
@WithRedis
abstract class DeadLettersFixture {

	static final String LETTERS = "{orders}:dlq";

	RedisServer redis;

	TestBroker broker;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.broker = new TestBroker(redis);
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	void listenToQueue() {
		this.broker.listen(QueueEndpoint.builder("billing").queues("orders").handler(new Recorder().handler()));
	}

	/** Adds a dead letter as another client may write it. */
	void letter(String payload, Map<String, String> fields) {
		Map<String, String> letter = new LinkedHashMap<>(fields);
		letter.put("payload", payload);
		letter.put("dead-letter-source", "orders");
		this.redis.commands().xadd(LETTERS, letter);
	}

}
