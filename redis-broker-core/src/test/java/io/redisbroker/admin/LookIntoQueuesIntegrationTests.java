package io.redisbroker.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.retry.Backoff;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Messages that wait in queues, are delayed or leased, looked at from outside.
 */
@WithRedis
class LookIntoQueuesIntegrationTests {

	private static final DeliveryHandler IDLE = new Recorder().handler();

	private final CountDownLatch gate = new CountDownLatch(1);

	private RedisServer redis;

	private TestBroker instance;

	private Sources sources;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.instance = new TestBroker(redis);
		this.sources = this.instance.sources();
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.instance.close();
	}

	private void add(String id, QueueOrder order, ListenerSettings settings) {
		this.instance.registry()
			.add(QueueEndpoint.builder(id).queues("orders").order(order).settings(settings).handler(IDLE));
	}

	private void add() {
		add("worker", QueueOrder.FIFO, TestSettings.defaults().build());
	}

	private static String text(Delivery.Content content) {
		return new String(content.payload());
	}

	private List<String> waiting() {
		List<String> texts = new ArrayList<>();
		String from = null;
		do {
			Page<WaitingMessage> page = this.sources.waiting("orders", from, 2);
			page.items().forEach((message) -> {
				assertThat(message.position()).isEqualTo(texts.size());
				texts.add(text(message.content()));
			});
			from = page.next();
		}
		while (from != null);
		return texts;
	}

	@ParameterizedTest
	@EnumSource
	void listsTheNextMessageToBeHandledFirst(QueueOrder order) {
		this.instance.broker().queue("orders").sendAll(List.of("1", "2", "3", "4", "5"));
		if (order != QueueOrder.CIRCULAR) {
			// given to a consumer that has not leased it yet
			this.redis.commands().lpush("{orders}:claim", "claimed first", "claimed second");
		}
		add("worker", order, TestSettings.defaults().build());
		List<String> expected = new ArrayList<>(
				(order == QueueOrder.CIRCULAR) ? List.of() : List.of("claimed first", "claimed second"));
		expected
			.addAll((order == QueueOrder.LIFO) ? List.of("5", "4", "3", "2", "1") : List.of("1", "2", "3", "4", "5"));
		assertThat(waiting()).isEqualTo(expected);
		assertThat(this.sources.waiting("orders", "3", 1).items()).singleElement()
			.satisfies((message) -> assertThat(text(message.content())).isEqualTo(expected.get(3)));
	}

	@Test
	void opensEnvelopes() {
		add("worker", QueueOrder.FIFO, TestSettings.defaults().ackMode(AckMode.NONE).build());
		this.instance.broker().queue("orders").withHeader("tenant", "eu").send("one");
		assertThat(this.sources.waiting("orders", null, 1).items()).singleElement().satisfies((message) -> {
			assertThat(text(message.content())).isEqualTo("one");
			assertThat(message.content().headers()).isEqualTo(Map.of("tenant", "eu"));
		});
	}

	@Test
	void pagesOfLargeMessagesEndEarlyAndLeaveNoneOut() {
		add();
		byte[] large = new byte[3 * 1024 * 1024];
		for (int i = 0; i < 5; i++) {
			this.instance.broker().queue("orders").send(large);
			this.instance.broker().queue("orders").sendDelayed(large, Duration.ofHours(1));
		}
		Page<WaitingMessage> waiting = this.sources.waiting("orders", null, 100);
		assertThat(waiting.items()).hasSize(3);
		assertThat(this.sources.waiting("orders", waiting.next(), 100).items()).hasSize(2);
		Page<DelayedMessage> delayed = this.sources.delayed("orders", null, 100);
		assertThat(delayed.items()).hasSize(3);
		assertThat(this.sources.delayed("orders", delayed.next(), 100).items()).hasSize(2);
	}

	@Test
	void tellsLeasedMessagesRetriesAndMessagesWithADelayApart() {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (delivery.text().equals("bad")) {
				throw new IllegalStateException("as asked");
			}
			this.gate.await();
		});
		this.instance.broker().queue("orders").sendAll(List.of("bad", "good", "waits"));
		this.instance.broker().queue("orders").sendDelayed("later", Duration.ofHours(1));
		this.instance.listen(QueueEndpoint.builder("worker")
			.queues("orders")
			.settings(TestSettings.defaults()
				.batchSize(1)
				.concurrency(1)
				.backoff(new Backoff(Duration.ofMinutes(5), 1, Duration.ofMinutes(5), 0))
				.build())
			.handler(recorder.handler()));
		await().until(() -> recorder.count() == 2);
		await().untilAsserted(() -> assertThat(this.sources.delayed("orders", null, 10).items()).hasSize(2));
		List<DelayedMessage> delayed = this.sources.delayed("orders", null, 10).items();
		assertThat(delayed.get(0)).satisfies((message) -> {
			assertThat(text(message.content())).isEqualTo("bad");
			assertThat(message.isRedelivery()).isTrue();
			assertThat(message.deliveries()).isOne();
			assertThat(message.failures()).isOne();
			assertThat(message.due()).isBetween(Instant.now().plusSeconds(200), Instant.now().plusSeconds(301));
		});
		assertThat(delayed.get(1)).satisfies((message) -> {
			assertThat(text(message.content())).isEqualTo("later");
			assertThat(message.isRedelivery()).isFalse();
			assertThat(message.failures()).isZero();
			assertThat(message.due()).isAfter(Instant.now().plusSeconds(3000));
		});
		assertThat(this.sources.leased("orders", null, 10).items()).anySatisfy((message) -> {
			assertThat(text(message.content())).isEqualTo("good");
			assertThat(message.id()).isEqualTo(recorder.deliveries().get(1).id());
			assertThat(message.owner()).contains(":worker");
			assertThat(message.deliveries()).isOne();
			assertThat(message.until()).isAfter(Instant.now().minusSeconds(1));
		});
	}

	@Test
	void pagesThroughMessagesThatAreDueAtTheSameTime() {
		add();
		Instant due = Instant.now().plus(Duration.ofHours(1));
		IntStream.range(0, 250).forEach((i) -> this.instance.broker().queue("orders").sendDelayed(i, due));
		List<String> texts = new ArrayList<>();
		String from = null;
		do {
			Page<DelayedMessage> page = this.sources.delayed("orders", from, 30);
			page.items().forEach((message) -> texts.add(text(message.content())));
			from = page.next();
		}
		while (from != null);
		assertThat(texts).hasSize(250).doesNotHaveDuplicates();
	}

	@Test
	void leavesOutNoneWhenTheLastOfAPageIsGone() {
		add();
		for (int i = 1; i <= 4; i++) {
			this.instance.broker().queue("orders").sendDelayed(i, Duration.ofHours(i));
		}
		Page<DelayedMessage> page = this.sources.delayed("orders", null, 2);
		this.redis.commands().zremrangebyrank("{orders}:delayed", 0, 1);
		assertThat(this.sources.delayed("orders", page.next(), 10).items())
			.extracting((message) -> text(message.content()))
			.containsExactly("3", "4");
	}

	@Test
	void showsAMessageWhosePayloadIsGoneAndNoForeignMembers() {
		add();
		this.instance.broker().queue("orders").sendDelayed("x", Duration.ofHours(1));
		this.redis.commands().del("{orders}:messages");
		this.redis.commands().zadd("{orders}:delayed", 1, "no receipt");
		this.redis.commands().zadd("{orders}:delayed", Double.POSITIVE_INFINITY, "set aside");
		assertThat(this.sources.delayed("orders", null, 1)).satisfies((page) -> {
			assertThat(page.next()).isNull();
			assertThat(page.items()).singleElement().satisfies((message) -> assertThat(message.content()).isNull());
		});
	}

	@Test
	void saysWhichListenerToNameWhereOrdersDiffer() {
		add("first-in", QueueOrder.FIFO, TestSettings.defaults().build());
		add("also", QueueOrder.FIFO, TestSettings.defaults().ackMode(AckMode.NONE).build());
		this.instance.broker().queue("orders").sendAll(List.of("1", "2"));
		assertThat(waiting()).containsExactly("1", "2");
		add("last-in", QueueOrder.LIFO, TestSettings.defaults().build());
		assertThatIllegalArgumentException().isThrownBy(this::waiting)
			.withMessage("Listeners read 'orders' in different ways; say which one is meant by Sources.ofListener, one "
					+ "of [first-in, also, last-in]");
		assertThat(this.sources.ofListener("last-in").waiting("orders", null, 1).items()).singleElement()
			.satisfies((message) -> assertThat(text(message.content())).isEqualTo("2"));
	}

	@Test
	void refusesQuestionsThatAQueueCanNotAnswer() {
		add();
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.groups("orders"))
			.withMessage("'orders' is a queue and has no consumer groups; it has waiting, delayed and leased messages");
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.waiting("orders", "-1", 1))
			.withMessage("'-1' is no position in a queue; write a number from 0, or leave it out");
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.leased("orders", "!", 1))
			.withMessageContaining("'!' is not where a page starts");
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.leased("orders", "AAAA", 1))
			.withMessageContaining("is not where a page starts");
	}

	@Test
	void changesNothing() {
		add();
		this.instance.broker().queue("orders").sendAll(List.of("1", "2"));
		this.instance.broker().queue("orders").sendDelayed("3", Duration.ofHours(1));
		List<String> keys = this.redis.commands().keys("*");
		this.sources.waiting("orders", null, 10);
		this.sources.delayed("orders", null, 10);
		this.sources.leased("orders", null, 10);
		assertThat(this.redis.commands().keys("*")).containsExactlyInAnyOrderElementsOf(keys);
		assertThat(this.instance.broker().queue("orders").size()).isEqualTo(2);
		assertThat(this.instance.broker().queue("orders").delayed()).isOne();
	}

}
