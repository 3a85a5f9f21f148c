package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a stream's retention removes, and what it keeps.
 */
@WithRedis
class StreamRetentionIntegrationTests {

	private static final StreamRetention ACKNOWLEDGED = StreamRetention.of("orders").withAcknowledged(true);

	private final RecordedEvents events = new RecordedEvents();

	private RedisServer redis;

	private TestBroker broker;

	@BeforeEach
	void createBroker(RedisServer redis) {
		this.redis = redis;
		this.broker = new TestBroker(redis, "test", this.events);
	}

	@AfterEach
	void closeBroker() {
		this.broker.close();
	}

	@Test
	void aHundredThousandEntriesGoThatTwoGroupsHaveAcknowledged() {
		add(100_000);
		for (String group : List.of("billing", "shipping")) {
			createGroup(group);
			deliver(group, 100_000);
			acknowledge(group, 1, 100_000);
		}
		StreamHousekeeping housekeeping = new StreamHousekeeping(this.broker.directory(), BrokerEvents.NONE,
				new StreamRetentions("", List.of(ACKNOWLEDGED)), this.broker.registry());
		housekeeping.start();
		try {
			await().until(() -> length() == 0);
		}
		finally {
			housekeeping.stop();
		}
	}

	@Test
	void goesInSmallSteps() {
		add(10_000);
		createGroup("billing");
		deliver("billing", 10_000);
		acknowledge("billing", 1, 10_000);
		List<Object> reply = this.broker.connections()
			.shared()
			.run(StreamScripts.TRIM, List.of("orders"), List.of(0, 0, 1, 1))
			.join();
		assertThat((Long) reply.get(0)).isBetween(1000L, 2000L);
		assertThat(reply.get(1)).isEqualTo(1L);
	}

	@Test
	void keepsWhatTheSlowestGroupHasPendingOrWasNotHanded() {
		add(1_000);
		createGroup("fast");
		deliver("fast", 1_000);
		acknowledge("fast", 1, 1_000);
		createGroup("slow");
		deliver("slow", 310);
		acknowledge("slow", 1, 300);
		assertThat(round(ACKNOWLEDGED)).isEqualTo(300);
		assertThat(ids()).hasSize(700).startsWith("301-1").endsWith("1000-1");
		assertThat(this.redis.commands().xpending("orders", "slow").getCount()).isEqualTo(10);
		assertThat(round(ACKNOWLEDGED)).isZero();
	}

	/** Where Redis knows ACKED, what lies behind a pending entry need not wait for it. */
	@Test
	void neverRemovesAPendingEntryHoweverOld() {
		add(1_000);
		createGroup("billing");
		deliver("billing", 1_000);
		acknowledge("billing", 2, 1_000);
		round(ACKNOWLEDGED);
		// the block in which the stream ends stays with ACKED
		assertThat(ids()).startsWith("1-1").hasSizeBetween(1, knowsAcked() ? 101 : 1_000);
		acknowledge("billing", 1, 1);
		round(ACKNOWLEDGED);
		assertThat(length()).isZero();
	}

	@Test
	void keepsAllOfAStreamWithoutGroupsAndAddsNoStream() {
		assertThat(round(ACKNOWLEDGED)).isZero();
		assertThat(this.redis.commands().exists("orders")).isZero();
		add(500);
		assertThat(round(ACKNOWLEDGED)).isZero();
		assertThat(length()).isEqualTo(500);
	}

	@Test
	void keepsAllForAListenerThatHasNotCreatedItsGroupYet() {
		Recorder late = new Recorder();
		ListenerContainer waiting = this.broker
			.listen(endpoint("late", "shipping", TestSettings.defaults().autoStartup(false), late));
		this.broker.listen(StreamEndpoint.builder("new")
			.streams("orders")
			.group("news")
			.startFrom(StartFrom.NEW)
			.settings(TestSettings.defaults().autoStartup(false).build())
			.handler(new Recorder().handler()));
		add(500);
		createGroup("billing");
		deliver("billing", 500);
		acknowledge("billing", 1, 500);
		assertThat(round(ACKNOWLEDGED)).isZero();
		waiting.start().join();
		await().until(() -> late.count() == 500);
		await().until(() -> this.redis.commands().xpending("orders", "shipping").getCount() == 0);
		assertThat(round(ACKNOWLEDGED)).isEqualTo(500);
	}

	@Test
	void keepsWhatWaitsForItsRetry() {
		CountDownLatch go = new CountDownLatch(1);
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			if (delivery.deliveryCount() == 1 && "m-7".equals(delivery.text())) {
				throw new IllegalStateException("as asked");
			}
			if (delivery.deliveryCount() > 1) {
				Work.until(go);
			}
		});
		this.broker.listen(endpoint("listener", "billing",
				TestSettings.defaults()
					.backoff(new Backoff(Duration.ofSeconds(2), 1, Duration.ofSeconds(2), 0))
					.concurrency(2),
				failing));
		this.broker.broker().stream("orders").sendAll(texts(20));
		await().until(() -> this.redis.commands().xpending("orders", "billing").getCount() == 1);
		String parked = this.redis.commands()
			.xpending("orders", "billing", Range.unbounded(), io.lettuce.core.Limit.from(1))
			.get(0)
			.getId();
		round(ACKNOWLEDGED);
		assertThat(ids()).startsWith(parked);
		await().until(() -> failing.count() == 21);
		round(ACKNOWLEDGED);
		assertThat(ids()).startsWith(parked);
		go.countDown();
		await().until(() -> this.redis.commands().xpending("orders", "billing").getCount() == 0);
		round(ACKNOWLEDGED);
		assertThat(length()).isZero();
	}

	@Test
	void losesNothingWhileTwoGroupsConsume() {
		Recorder billing = new Recorder();
		Recorder shipping = new Recorder();
		this.broker.listen(endpoint("one", "billing", TestSettings.defaults().concurrency(4), billing));
		this.broker.listen(endpoint("two", "shipping", TestSettings.defaults(), shipping));
		List<String> texts = texts(20_000);
		long removed = 0;
		for (int from = 0; from < texts.size(); from += 1_000) {
			this.broker.broker().stream("orders").sendAll(texts.subList(from, from + 1_000));
			removed += round(ACKNOWLEDGED);
		}
		await().until(() -> billing.count() >= texts.size() && shipping.count() >= texts.size());
		assertThat(billing.difference(texts)).isEmpty();
		assertThat(shipping.difference(texts)).isEmpty();
		await().until(() -> {
			round(ACKNOWLEDGED);
			return length() == 0;
		});
		assertThat(removed).as("removed meanwhile").isPositive();
		assertThat(this.events.trimmed()).isZero();
	}

	@Test
	void keepsAboutAsManyEntriesAsTheGreatestLength() {
		add(10_000);
		assertThat(round(StreamRetention.of("orders").withMaxLength(1_000))).isBetween(8_900L, 9_000L);
		assertThat(ids()).endsWith("10000-1").hasSizeBetween(1_000, 1_100);
	}

	@Test
	void keepsEntriesForAsLongAsTheGreatestAge() {
		add(1_000);
		long now = System.currentTimeMillis();
		for (int i = 0; i < 300; i++) {
			this.redis.commands().xadd("orders", new XAddArgs().id((now + i) + "-1"), "payload", "x");
		}
		round(StreamRetention.of("orders").withMaxAge(Duration.ofHours(1)));
		assertThat(ids()).contains(now + "-1").endsWith((now + 299) + "-1").hasSizeBetween(300, 400);
	}

	@Test
	void tellsOnceOfEntriesThatAGroupWillNotGet() {
		ListenerContainer slow = this.broker
			.listen(endpoint("listener", "billing", TestSettings.defaults().autoStartup(false), new Recorder()));
		add(5_000);
		createGroup("billing");
		deliver("billing", 1_000);
		StreamKeeper keeper = keeper(StreamRetention.of("orders").withMaxLength(2_000));
		try (CapturedLog log = new CapturedLog()) {
			keeper.round(() -> true).join();
			long left = length();
			assertThat(this.events.trimmed()).isEqualTo(4_000 - left);
			add(5_001, 5_000);
			keeper.round(() -> true).join();
			assertThat(this.events.trimmed()).isEqualTo(9_000 - length());
			assertThat(log.warnings()).singleElement()
				.asString()
				.contains("'orders'", "{billing=" + (4_000 - left) + "}", "max-length 2000");
		}
		assertThat(slow.isRunning()).isFalse();
	}

	@Test
	void tellsNothingWhereTheLengthOnlyTakesWhatWasDelivered() {
		add(5_000);
		createGroup("billing");
		deliver("billing", 4_000);
		try (CapturedLog log = new CapturedLog()) {
			round(StreamRetention.of("orders").withMaxLength(1_000));
			assertThat(length()).isBetween(1_000L, 1_100L);
			assertThat(log.warnings()).isEmpty();
		}
	}

	@Test
	void knowsIdsOfAnyLength() {
		String greatest = "18446744073709551615";
		List<String> ids = List.of("9-1", "10-1", "99-" + greatest, "100-0", "9007199254740993-1",
				"9007199254740993-" + greatest, (greatest + "-9"), greatest + "-" + greatest);
		ids.forEach((id) -> this.redis.commands().xadd("orders", new XAddArgs().id(id), "payload", "x"));
		createGroup("billing");
		for (int i = 0; i < ids.size() - 1; i++) {
			deliver("billing", 1);
			this.redis.commands().xack("orders", "billing", ids.get(i));
			round(ACKNOWLEDGED);
			assertThat(ids()).isEqualTo(ids.subList(i + 1, ids.size()));
		}
		deliver("billing", 1);
		assertThat(round(ACKNOWLEDGED)).isZero();
	}

	@Test
	void refusesAListenerWithoutGroupOnAStreamOfWhichAcknowledgedEntriesGo() {
		StreamEndpoint everyone = StreamEndpoint.builder("cache")
			.streams("shop:orders")
			.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
			.handler(new Recorder().handler());
		try (ListenerRuntime runtime = new ListenerRuntime(WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			StreamTransport transport = new StreamTransport(this.broker.connections(), this.broker.pubSub(), runtime,
					"test", new StreamRetentions("shop:", List.of(ACKNOWLEDGED)), ListenerConfiguration.NONE);
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> transport.createContainer(everyone))
				.withMessageContaining("'cache'")
				.withMessageContaining("'shop:orders'");
			assertThat(new StreamTransport(this.broker.connections(), this.broker.pubSub(), runtime, "test",
					new StreamRetentions("shop:", List.of(StreamRetention.of("orders").withMaxLength(10))),
					ListenerConfiguration.NONE)
				.createContainer(everyone)).isNotNull();
		}
	}

	private long round(StreamRetention retention) {
		return keeper(retention).round(() -> true).join();
	}

	private StreamKeeper keeper(StreamRetention retention) {
		return new StreamKeeper(this.broker.directory().own(), retention,
				() -> this.broker.registry()
					.containers()
					.stream()
					.map(ListenerContainer::endpoint)
					.map(StreamEndpoint.class::cast)
					.toList(),
				this.events);
	}

	private static StreamEndpoint endpoint(String id, String group, TestSettings settings, Recorder recorder) {
		return StreamEndpoint.builder(id)
			.streams("orders")
			.group(group)
			.settings(settings.build())
			.handler(recorder.handler());
	}

	private static List<String> texts(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

	private void add(int count) {
		add(1, count);
	}

	/** With ids that tell their position. */
	private void add(int from, int count) {
		this.redis.commands()
			.eval("for i = ARGV[1], ARGV[1] + ARGV[2] - 1 do redis.call('XADD', KEYS[1], i .. '-1', 'payload', 'm') end",
					ScriptOutputType.STATUS, new String[] { "orders" }, String.valueOf(from), String.valueOf(count));
	}

	private void createGroup(String group) {
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), group, XGroupCreateArgs.Builder.mkstream());
	}

	private void deliver(String group, int count) {
		this.redis.commands()
			.xreadgroup(Consumer.from(group, "somebody"), XReadArgs.Builder.count(count),
					StreamOffset.lastConsumed("orders"));
	}

	private void acknowledge(String group, int from, int to) {
		this.redis.commands()
			.eval("for i = ARGV[2], ARGV[3] do redis.call('XACK', KEYS[1], ARGV[1], i .. '-1') end",
					ScriptOutputType.STATUS, new String[] { "orders" }, group, String.valueOf(from),
					String.valueOf(to));
	}

	private long length() {
		return this.redis.commands().xlen("orders");
	}

	private List<String> ids() {
		return new ArrayList<>(
				this.redis.commands().xrange("orders", Range.unbounded()).stream().map(StreamMessage::getId).toList());
	}

	private boolean knowsAcked() {
		try {
			this.redis.commands()
				.eval("return redis.call('XTRIM', KEYS[1], 'MINID', '0-0', 'ACKED')", ScriptOutputType.INTEGER,
						"probe");
			return true;
		}
		catch (RedisCommandExecutionException ex) {
			return false;
		}
	}

}
