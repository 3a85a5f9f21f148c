package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.message.Delivery;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A listener forwards a received message with every sender: the headers of the broker are
 * left out, and a plain payload stays plain.
 */
@WithRedis(perMethod = true)
class SendingOnIntegrationTests {

	private static final String PLAIN = "plain";

	private static final String ENVELOPE = "{\"redis-broker\":1,\"headers\":{\"tenant\":\"eu\"},\"payload\":\"plain\"}";

	private final List<String> published = new CopyOnWriteArrayList<>();

	private RedisServer redis;

	private RedisClient client;

	private ApplicationContextRunner runner;

	@BeforeEach
	void listen(RedisServer redis) {
		this.redis = redis;
		this.client = RedisClient.create(redis.uri());
		var connection = this.client.connectPubSub();
		connection.addListener(new RedisPubSubAdapter<>() {

			@Override
			public void message(String channel, String message) {
				SendingOnIntegrationTests.this.published.add(message);
			}

			@Override
			public void smessage(String channel, String message) {
				SendingOnIntegrationTests.this.published.add(message);
			}

		});
		connection.sync().subscribe("out");
		connection.sync().ssubscribe("out");
		this.runner = TestApplication.runner(redis)
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.listener.max-attempts=1");
	}

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

	@ParameterizedTest
	@EnumSource
	void aPlainMessageStaysPlain(Way way) {
		this.runner.withBean(Listeners.class, () -> new Listeners(way)).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			way.prepare(broker);
			broker.stream("in-stream").send(PLAIN);
			broker.queue("in-queue").send(PLAIN);
			broker.channel("in-channel").publish(PLAIN);
			await().untilAsserted(() -> assertThat(way.sent(this)).hasSize(12));
			assertThat(way.sent(this)).containsOnly(way.isStream() ? "{payload=plain}" : PLAIN);
		});
	}

	@ParameterizedTest
	@EnumSource
	void theSendersOwnHeadersTravelOn(Way way) {
		this.runner.withBean(Listeners.class, () -> new Listeners(way)).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			way.prepare(broker);
			broker.stream("in-stream").withHeader("tenant", "eu").send(PLAIN);
			broker.queue("in-queue").withHeader("tenant", "eu").send(PLAIN);
			broker.channel("in-channel").withHeader("tenant", "eu").publish(PLAIN);
			await().untilAsserted(() -> assertThat(way.sent(this)).hasSize(12));
			assertThat(way.sent(this)).containsOnly(way.isStream() ? "{payload=plain, tenant=eu}" : ENVELOPE);
		});
	}

	@ParameterizedTest
	@CsvSource({ "stream, false", "stream, true", "queue, false" })
	void aRedrivenMessageIsSentOnAsOthers(String transport, boolean trimmed) {
		for (Way way : Way.values()) {
			this.redis.flushAll();
			this.published.clear();
			Listeners listeners = new Listeners(way);
			listeners.failing.set(true);
			this.runner.withBean(Listeners.class, () -> listeners).run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				way.prepare(broker);
				String source = "in-" + transport;
				if (transport.equals("stream")) {
					broker.stream(source).send(PLAIN);
				}
				else {
					broker.queue(source).send(PLAIN);
				}
				DeadLetters letters = context.getBean(DeadLetters.class);
				await().until(() -> letters.count(source) == 1);
				if (trimmed) {
					this.redis.commands().xtrim(source, 0);
				}
				listeners.failing.set(false);
				letters.redriveAll(source, DeadLetterFilter.ALL, 100).join();
				await().untilAsserted(() -> assertThat(way.sent(this)).as(way.name()).hasSize(4));
				assertThat(way.sent(this)).as(way.name()).containsOnly(way.isStream() ? "{payload=plain}" : PLAIN);
				assertThat(letters.count(source)).as(way.name()).isZero();
			});
		}
	}

	/** All senders. */
	enum Way {

		QUEUE((broker, message) -> broker.queue("out").send(message)),

		QUEUE_ASYNC((broker, message) -> broker.queue("out").sendAsync(message).join()),

		QUEUE_ALL((broker, message) -> broker.queue("out").sendAll(List.of(message))),

		QUEUE_IF_PRESENT((broker, message) -> broker.queue("out").sendIfPresent(message)),

		QUEUE_LIMITED((broker, message) -> broker.queue("out").withMaxLength(100).send(message)),

		DELAYED((broker, message) -> broker.queue("out").sendDelayed(message, Duration.ofHours(1))),

		STREAM((broker, message) -> broker.stream("out").send(message)),

		STREAM_ALL((broker, message) -> broker.stream("out").sendAll(List.of(message))),

		STREAM_MAX_AGE((broker, message) -> broker.stream("out").withMaxAge(Duration.ofHours(1)).send(message)),

		CHANNEL((broker, message) -> broker.channel("out").publish(message)),

		SHARDED_CHANNEL((broker, message) -> broker.shardedChannel("out").publish(message));

		private final BiConsumer<RedisBroker, Object> send;

		Way(BiConsumer<RedisBroker, Object> send) {
			this.send = send;
		}

		boolean isStream() {
			return name().startsWith("STREAM");
		}

		void prepare(RedisBroker broker) {
			if (this == QUEUE_IF_PRESENT) {
				broker.queue("out").send("there before");
			}
		}

		/** With the headers of a received message added to those of the sender. */
		void sendWith(RedisBroker broker, Map<String, String> headers, Object payload) {
			if (isStream()) {
				broker.stream("out").withHeaders(headers).send(payload);
			}
			else if (name().endsWith("CHANNEL")) {
				broker.channel("out").withHeaders(headers).publish(payload);
			}
			else if (this == DELAYED) {
				broker.queue("out").withHeaders(headers).sendDelayed(payload, Duration.ofHours(1));
			}
			else {
				broker.queue("out").withHeaders(headers).send(payload);
			}
		}

		List<String> sent(SendingOnIntegrationTests test) {
			if (isStream()) {
				return test.redis.commands()
					.xrange("out", Range.unbounded())
					.stream()
					.map((entry) -> entry.getBody().toString())
					.toList();
			}
			if (name().endsWith("CHANNEL")) {
				return List.copyOf(test.published);
			}
			return (this == DELAYED) ? test.redis.commands().hvals("{out}:messages")
					: test.redis.commands()
						.lrange("out", 0, -1)
						.stream()
						.filter((message) -> !message.equals("there before"))
						.toList();
		}

	}

	static class Listeners {

		private final AtomicBoolean failing = new AtomicBoolean();

		private final Way way;

		private RedisBroker broker;

		Listeners(Way way) {
			this.way = way;
		}

		@Autowired
		void setBroker(RedisBroker broker) {
			this.broker = broker;
		}

		@StreamListener(id = "streams", streams = "in-stream", group = "workers")
		void onEntry(Message<String> message, Delivery delivery) {
			sendOn(message, delivery);
		}

		@QueueListener(id = "queues", queues = "in-queue")
		void onItem(Message<String> message, Delivery delivery) {
			sendOn(message, delivery);
		}

		@ChannelListener(id = "channels", patterns = "in-ch*")
		void onPublished(Message<String> message, Delivery delivery) {
			sendOn(message, delivery);
		}

		private void sendOn(Message<String> message, Delivery delivery) {
			if (this.failing.get()) {
				throw new IllegalStateException("as asked");
			}
			this.way.send.accept(this.broker, message);
			this.way.send.accept(this.broker, delivery);
			this.way.send.accept(this.broker,
					MessageBuilder.withPayload(message.getPayload()).copyHeaders(message.getHeaders()).build());
			this.way.sendWith(this.broker, delivery.headers(), message.getPayload());
		}

	}

}
