package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A listener that can decode almost no message, for example after a deployment with a
 * type that does not fit the waiting messages, does not turn all of them into dead
 * letters.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
class UndecodableBacklogIntegrationTests {

	private static final int MANY = 2000;

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withPropertyValues("logging.level.io.redisbroker=INFO");
	}

	@ParameterizedTest
	@ValueSource(classes = { OfQueue.class, OfQueueByHand.class, BatchesOfQueue.class, BatchesOfQueueByHand.class })
	void keepsTheBacklogOfAQueue(Class<?> listener, CapturedOutput output) {
		fillQueue();
		this.runner.withUserConfiguration(listener).run((context) -> {
			awaitBrake(context);
			await().during(Duration.ofSeconds(3)).untilAsserted(() -> assertThat(deadLetters()).isBetween(10L, 30L));
			RedisBroker broker = context.getBean(RedisBroker.class);
			assertThat(broker.queue("orders").size() + broker.queue("orders").delayed()
					+ broker.queue("orders").inFlight() + deadLetters())
				.isEqualTo(MANY);
			assertThat(this.received.calls()).isEmpty();
			assertThat(output.toString().split("can't decode or validate messages of orders", -1)).hasSize(2);
		});
	}

	static class OfQueue extends Listener {

		@QueueListener(id = "orders", queues = "orders", concurrency = "4")
		void on(NewOrder order) {
			this.received.add(order);
		}

	}

	static class OfQueueByHand extends Listener {

		@QueueListener(id = "orders", queues = "orders", ackMode = AckMode.MANUAL)
		void on(NewOrder order) {
			this.received.add(order);
		}

	}

	static class BatchesOfQueue extends Listener {

		@QueueListener(id = "orders", queues = "orders", concurrency = "2")
		void on(List<NewOrder> orders) {
			this.received.add(orders);
		}

	}

	static class BatchesOfQueueByHand extends Listener {

		@QueueListener(id = "orders", queues = "orders", ackMode = AckMode.MANUAL)
		void on(List<NewOrder> orders) {
			this.received.add(orders);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { OfStream.class, BatchesOfStream.class })
	void keepsTheBacklogOfAStream(Class<?> listener) {
		fillStream();
		this.runner.withUserConfiguration(listener).run((context) -> {
			awaitBrake(context);
			await().during(Duration.ofSeconds(3)).untilAsserted(() -> assertThat(deadLetters()).isBetween(10L, 30L));
			assertThat(this.received.calls()).isEmpty();
		});
	}

	static class OfStream extends Listener {

		@StreamListener(id = "orders", streams = "orders", group = "billing", concurrency = "4")
		void on(NewOrder order) {
			this.received.add(order);
		}

	}

	static class BatchesOfStream extends Listener {

		@StreamListener(id = "orders", streams = { "orders" }, group = "billing")
		void on(List<NewOrder> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void stopsReadingWhereNothingIsAcknowledged() {
		fillQueue();
		this.runner.withUserConfiguration(AtMostOnce.class).run((context) -> {
			awaitBrake(context);
			RedisBroker broker = context.getBean(RedisBroker.class);
			await().during(Duration.ofSeconds(2))
				.untilAsserted(() -> assertThat(broker.queue("orders").size()).isGreaterThan(MANY / 2));
		});
	}

	static class AtMostOnce extends Listener {

		@QueueListener(id = "orders", queues = "orders", ackMode = AckMode.NONE)
		void on(NewOrder order) {
			this.received.add(order);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { OfStream.class, OfQueue.class })
	void goesOnWhenMessagesCanBeDecodedAgain(Class<?> listener, CapturedOutput output) {
		boolean isQueue = listener == OfQueue.class;
		this.runner.withUserConfiguration(listener).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			List<Object> bad = IntStream.range(0, 12).<Object>mapToObj((i) -> new OldOrder("old " + i)).toList();
			List<Object> good = IntStream.range(0, 200).<Object>mapToObj((i) -> new NewOrder("new " + i, i)).toList();
			if (isQueue) {
				broker.queue("orders").sendAll(bad);
				broker.queue("orders").sendAll(good);
			}
			else {
				broker.stream("orders").sendAll(bad);
				broker.stream("orders").sendAll(good);
			}
			assertThat(this.received.await(200)).hasSameElementsAs(good).hasSize(200);
			assertThat(deadLetters()).isEqualTo(12);
			await().untilAsserted(() -> assertThat(problems(context)).isEmpty());
			assertThat(output).contains("can't decode or validate messages of orders, and goes on trying")
				.contains("can decode or validate messages of orders again");
		});
	}

	@Test
	void keepsASinglePoisonousMessageAtOnce() {
		this.runner.withUserConfiguration(OfQueue.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			for (int i = 0; i < 60; i++) {
				broker.queue("orders").send((i % 3 == 0) ? new OldOrder("old") : new NewOrder("new", i));
			}
			assertThat(this.received.await(40)).hasSize(40);
			await().untilAsserted(() -> assertThat(deadLetters()).isEqualTo(20));
			assertThat(problems(context)).isEmpty();
		});
	}

	@Test
	void reportsAChannelOfWhichNothingCanBeDecodedAndTakesWhatComes() {
		this.runner.withUserConfiguration(OfChannel.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			for (int i = 0; i < 50; i++) {
				broker.channel("orders").publish(new OldOrder("old"));
			}
			awaitBrake(context);
			broker.channel("orders").publish(new NewOrder("new", 1));
			assertThat(this.received.await(1)).containsExactly(new NewOrder("new", 1));
			await().untilAsserted(() -> assertThat(problems(context)).isEmpty());
		});
	}

	static class OfChannel extends Listener {

		@ChannelListener(id = "orders", channels = "orders")
		void on(NewOrder order) {
			this.received.add(order);
		}

	}

	@Test
	void saysInTheLogWhatCouldNotBeDecodedAndNothingOfThePayload(CapturedOutput output) {
		this.runner.withUserConfiguration(OfQueue.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send("{\"item\":\"lamp\",\"count\":\"4711-secret\"}");
			broker.queue("orders").send("not-json-4711");
			broker.queue("orders").send(new OldOrder("secret-4711"));
			await().untilAsserted(() -> assertThat(deadLetters()).isEqualTo(3));
			assertThat(output).contains("kept as a dead letter: a value that is no int at count")
				.contains("kept as a dead letter: no JSON (line 1, column")
				.contains("kept as a dead letter: no int at count")
				.doesNotContain("4711");
		});
	}

	private void fillQueue() {
		String[] values = IntStream.range(0, MANY)
			.mapToObj((i) -> "{\"item\":\"old " + i + "\"}")
			.toArray(String[]::new);
		this.redis.commands().lpush("orders", values);
	}

	private void fillStream() {
		for (int i = 0; i < MANY; i++) {
			this.redis.commands().xadd("orders", "payload", "{\"item\":\"old " + i + "\"}");
		}
	}

	private void awaitBrake(ApplicationContext context) {
		await().untilAsserted(() -> assertThat(problems(context)).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(ListenerProblem.Kind.DECODE);
			assertThat(problem.source()).isEqualTo("orders");
			assertThat(problem.cause()).contains("no int at count");
		}));
	}

	private static List<ListenerProblem> problems(ApplicationContext context) {
		return context.getBean(ListenerRegistry.class).container("orders").orElseThrow().problems();
	}

	private long deadLetters() {
		return this.redis.commands().xlen("{orders}:dlq");
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	record OldOrder(String item) {

	}

	record NewOrder(String item, int count) {

	}

}
