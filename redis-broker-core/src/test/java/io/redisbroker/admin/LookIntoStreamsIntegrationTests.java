package io.redisbroker.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.lettuce.core.Consumer;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Entries, groups, consumers and pending entries of streams, looked at from outside.
 */
@WithRedis
class LookIntoStreamsIntegrationTests {

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

	private void add() {
		this.instance.registry()
			.add(StreamEndpoint.builder("worker").streams("orders", "returns").group("workers").handler(IDLE));
	}

	private void send(int count) {
		for (int i = 1; i <= count; i++) {
			this.instance.broker().stream("orders").withId(i + "000-" + i).send(String.valueOf(i));
		}
	}

	private List<String> texts(EntryRange range) {
		List<String> texts = new ArrayList<>();
		String from = null;
		do {
			Page<StoredEntry> page = this.sources.entries("orders", range, from, 2);
			assertThat(page.items()).hasSizeLessThanOrEqualTo(2);
			page.items().forEach((entry) -> texts.add(new String(entry.content().payload())));
			from = page.next();
		}
		while (from != null);
		return texts;
	}

	@Test
	void listsEntriesBetweenIdsAndTimesInBothDirections() {
		add();
		send(5);
		assertThat(texts(EntryRange.ALL)).containsExactly("1", "2", "3", "4", "5");
		assertThat(texts(EntryRange.ALL.newestFirst())).containsExactly("5", "4", "3", "2", "1");
		assertThat(texts(EntryRange.ALL.from("2000-2").to("4000-4"))).containsExactly("2", "3", "4");
		assertThat(texts(EntryRange.ALL.after("2000-2").before("4000-4"))).containsExactly("3");
		assertThat(texts(EntryRange.ALL.from("2000").to("4000").newestFirst())).containsExactly("4", "3", "2");
		assertThat(texts(EntryRange.ALL.after("2000").before("4000"))).as("whole milliseconds").containsExactly("3");
		assertThat(texts(EntryRange.ALL.from(Instant.ofEpochMilli(2001)).to(Instant.ofEpochMilli(4000))))
			.containsExactly("3", "4");
		assertThat(texts(EntryRange.ALL.after(Instant.ofEpochMilli(2000)).before(Instant.ofEpochMilli(5000))))
			.containsExactly("3", "4");
		assertThat(texts(EntryRange.ALL.before("0-0"))).isEmpty();
		assertThat(texts(EntryRange.ALL.before("0"))).isEmpty();
		assertThat(texts(EntryRange.ALL.from("9"))).hasSize(5);
	}

	@Test
	void decodesEntriesAsAListenerGetsThem() {
		add();
		this.instance.broker().stream("orders").withHeader("tenant", "eu").send("one");
		this.redis.commands().xadd("orders", Map.of("subject", "first"));
		this.redis.commands()
			.xadd("orders", "dead-letter-redriven-to", "group:workers", "dead-letter-redriven-id", "1-1", "payload",
					"again");
		List<StoredEntry> entries = this.sources.entries("orders", EntryRange.ALL, null, 10).items();
		assertThat(entries).hasSize(3);
		Delivery.Content first = entries.get(0).content();
		assertThat(first.payload()).asString().isEqualTo("one");
		assertThat(first.headers()).isEqualTo(Map.of("tenant", "eu"));
		assertThat(entries.get(0).messageId()).isEqualTo(entries.get(0).id());
		assertThat(entries.get(0).recipient()).isNull();
		assertThat(entries.get(1).content().payload()).isNull();
		assertThat(entries.get(1).content().fields()).isEqualTo(Map.of("subject", "first"));
		assertThat(entries.get(2).content().payload()).asString().isEqualTo("again");
		assertThat(entries.get(2).content().headers()).isEmpty();
		assertThat(entries.get(2).messageId()).isEqualTo("1-1");
		assertThat(entries.get(2).recipient()).isEqualTo("group:workers");
	}

	@Test
	void pagesOfLargeEntriesEndEarlyAndLeaveNoneOut() {
		add();
		byte[] large = new byte[3 * 1024 * 1024];
		for (int i = 0; i < 5; i++) {
			this.instance.broker().stream("orders").send(large);
		}
		Page<StoredEntry> page = this.sources.entries("orders", EntryRange.ALL, null, 100);
		assertThat(page.items()).hasSize(3);
		assertThat(this.sources.entries("orders", EntryRange.ALL, page.next(), 100).items()).hasSize(2);
	}

	@Test
	void listsPendingEntriesOfAGroupAndOfAConsumer() {
		add();
		send(5);
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "audit");
		read("one", 3);
		read("two", 2);
		this.redis.commands().xack("orders", "audit", "2000-2");
		Page<PendingEntry> first = this.sources.pending("orders", "audit", PendingFilter.ALL, null, 3);
		assertThat(first.items()).extracting(PendingEntry::id).containsExactly("1000-1", "3000-3", "4000-4");
		assertThat(first.items()).extracting(PendingEntry::consumer).containsExactly("one", "one", "two");
		assertThat(first.items()).allSatisfy((entry) -> {
			assertThat(entry.deliveries()).isOne();
			assertThat(entry.failures()).isZero();
			assertThat(entry.retryAt()).isNull();
			assertThat(entry.idle()).isLessThan(Duration.ofMinutes(1));
		});
		assertThat(this.sources.pending("orders", "audit", PendingFilter.ALL, first.next(), 3))
			.satisfies((page) -> assertThat(page.items()).extracting(PendingEntry::id).containsExactly("5000-5"))
			.satisfies((page) -> assertThat(page.next()).isNull());
		assertThat(this.sources.pending("orders", "audit", PendingFilter.ALL.ofConsumer("two"), null, 10).items())
			.extracting(PendingEntry::id)
			.containsExactly("4000-4", "5000-5");
		assertThat(this.sources.pending("orders", "audit", PendingFilter.ALL.idleFor(Duration.ofHours(1)), null, 10)
			.items()).isEmpty();
		await().untilAsserted(() -> assertThat(
				this.sources.pending("orders", "audit", PendingFilter.ALL.idleFor(Duration.ofMillis(50)), null, 10)
					.items())
			.hasSize(4));
	}

	private void read(String consumer, int count) {
		this.redis.commands()
			.xreadgroup(Consumer.from("audit", consumer), XReadArgs.Builder.count(count),
					StreamOffset.lastConsumed("orders"));
	}

	@Test
	void tellsEntriesThatWaitForARetryFromThoseThatAreHandled() {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (delivery.text().equals("1")) {
				throw new IllegalStateException("as asked");
			}
			this.gate.await();
		});
		send(3);
		this.instance.listen(StreamEndpoint.builder("worker")
			.streams("orders")
			.group("workers")
			.settings(TestSettings.defaults()
				.batchSize(1)
				.backoff(new Backoff(Duration.ofMinutes(5), 1, Duration.ofMinutes(5), 0))
				.build())
			.handler(recorder.handler()));
		await().until(() -> recorder.count() == 2);
		await().untilAsserted(() -> assertThat(pending("1000-1").retryAt()).isNotNull());
		assertThat(pending("1000-1")).satisfies((entry) -> {
			assertThat(entry.consumer()).isEqualTo("redis-broker-parked");
			assertThat(entry.failures()).isOne();
			assertThat(entry.retryAt()).isAfter(Instant.now().plus(Duration.ofMinutes(2)));
		});
		assertThat(pending("2000-2").retryAt()).isNull();
		assertThat(pending("2000-2").consumer()).contains(":worker");
		assertThat(this.sources.groups("orders")).singleElement().satisfies((group) -> {
			assertThat(group.name()).isEqualTo("workers");
			assertThat(group.consumers()).isOne();
			assertThat(group.retries()).isOne();
			assertThat(group.pending() + group.lag()).isEqualTo(3);
		});
		assertThat(this.sources.consumers("orders", "workers")).singleElement()
			.satisfies((consumer) -> assertThat(consumer.name()).contains(":worker"));
	}

	private PendingEntry pending(String id) {
		return this.sources.pending("orders", "workers", PendingFilter.ALL, null, 10)
			.items()
			.stream()
			.filter((entry) -> entry.id().equals(id))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void listsGroupsWithTheLagThatRedisKnows() {
		add();
		send(300);
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "new");
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", "100000-100"), "unsure");
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", "290000-290"), "near");
		assertThat(this.sources.groups("orders")).contains(new GroupState("new", 0, 0, 0, "0-0", 300L));
		this.redis.commands().xdel("orders", "150000-150");
		assertThat(this.sources.groups("orders")).containsExactlyInAnyOrder(new GroupState("new", 0, 0, 0, "0-0", null),
				new GroupState("unsure", 0, 0, 0, "100000-100", null),
				new GroupState("near", 0, 0, 0, "290000-290", 10L));
	}

	@Test
	void knowsNoGroupsWhereTheStreamOrTheListenersGroupIsNotThereYet() {
		add();
		assertThat(this.sources.groups("orders")).isEmpty();
		assertThat(this.sources.entries("orders", EntryRange.ALL, null, 1)).isEqualTo(new Page<>(List.of(), null));
		assertThat(this.sources.consumers("orders", "workers")).isEmpty();
		assertThat(this.sources.pending("orders", "workers", PendingFilter.ALL, null, 1).items()).isEmpty();
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), "other", XGroupCreateArgs.Builder.mkstream());
		assertThatIllegalArgumentException().isThrownBy(() -> this.sources.consumers("orders", "oter"))
			.withMessage("Stream 'orders' has no consumer group 'oter'; there are [other]");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.sources.pending("orders", "oter", PendingFilter.ALL, null, 1))
			.withMessageContaining("there are [other]");
		assertThat(this.sources.pending("orders", "other", PendingFilter.ALL, null, 1).items()).isEmpty();
	}

	@Test
	void looksIntoStreamsThatAreReadWithoutAGroupAndWithoutAcknowledging() {
		this.instance.registry()
			.add(StreamEndpoint.builder("all")
				.streams("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(IDLE));
		add();
		send(1);
		assertThat(texts(EntryRange.ALL)).containsExactly("1");
		assertThat(this.sources.ofListener("all").entries("orders", EntryRange.ALL, null, 1).items()).hasSize(1);
	}

	@Test
	void refusesOtherKeysAndOtherQuestions() {
		add();
		this.instance.registry().add(ChannelEndpoint.builder("news").channels("news", "orders").handler(IDLE));
		assertThat(this.sources.names()).containsExactly("orders", "returns");
		assertRefused(() -> this.sources.entries("secrets", EntryRange.ALL, null, 1),
				"No listener reads 'secrets'; there are [orders, returns]");
		assertRefused(() -> this.sources.entries("news", EntryRange.ALL, null, 1),
				"'news' is a channel and has no entries: Redis keeps nothing that could be looked at");
		assertRefused(() -> this.sources.waiting("orders", null, 1), "'orders' is a stream and has no waiting "
				+ "messages; it has entries, consumer groups and pending entries");
		assertRefused(() -> this.sources.ofListener("news").groups("returns"),
				"No listener reads 'returns'; there are []");
		assertRefused(() -> this.sources.ofListener("nws"), "There is no listener 'nws'; there are [worker, news]");
		assertRefused(() -> this.sources.entries("orders", EntryRange.ALL, null, 1001),
				"A page has from 1 to 1000 items, and not 1001; use Page.next for more");
		assertRefused(() -> this.sources.entries("orders", EntryRange.ALL, "x", 1),
				"'x' is not where a page starts; pass the next of the page before, or leave it out");
		assertRefused(() -> EntryRange.ALL.from("yesterday"), "'yesterday' is no id of a stream entry; write "
				+ "milliseconds since 1970, or an id such as 1526569495631-0");
		assertThat(this.sources.backlog("nws")).failsWithin(Duration.ofSeconds(1))
			.withThrowableThat()
			.withMessageContaining("There is no listener 'nws'");
	}

	private static void assertRefused(Runnable question, String message) {
		assertThatIllegalArgumentException().isThrownBy(question::run).withMessage(message);
	}

}
