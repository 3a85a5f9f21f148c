package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.admin.Backlog;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The reported backlog of a source.
 */
@WithRedis
class BacklogIntegrationTests {

	private static final DeliveryHandler IDLE = new Recorder().handler();

	private final CountDownLatch gate = new CountDownLatch(1);

	private RedisServer redis;

	private TestBroker instance;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.instance = new TestBroker(redis);
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.instance.close();
	}

	private Map<String, Backlog> backlog(ListenerEndpoint endpoint) {
		if (this.instance.registry().container(endpoint.id()).isEmpty()) {
			this.instance.registry().add(endpoint);
		}
		return this.instance.sources().backlog(endpoint.id()).join();
	}

	@ParameterizedTest
	@EnumSource
	void isWhatWaitsIsHeldAndIsDelayed(TestedTransport transport) {
		Recorder recorder = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("bad")) {
				throw new IllegalStateException("as asked");
			}
			this.gate.await();
		});
		ListenerEndpoint endpoint = transport.endpoint("orders",
				TestSettings.defaults()
					.batchSize(2)
					.backoff(new Backoff(Duration.ofSeconds(30), 1, Duration.ofSeconds(30), 0))
					.build(),
				recorder.handler());
		transport.send(this.instance.broker(), "orders", List.of("bad", "1", "2", "3", "4", "5"));
		this.instance.listen(endpoint);
		await().until(() -> recorder.count() == 2);
		await().untilAsserted(() -> assertThat(backlog(endpoint)).containsOnlyKeys("orders")
			.hasEntrySatisfying("orders", (backlog) -> {
				assertThat(backlog.delayed()).isEqualTo(1);
				assertThat(backlog.inFlight()).isBetween(1L, 2L);
				assertThat(backlog.lag()).isEqualTo(5 - backlog.inFlight());
				assertThat(backlog.total()).isEqualTo(6);
			}));
		this.gate.countDown();
		await().untilAsserted(() -> assertThat(backlog(endpoint).get("orders"))
			.satisfies((backlog) -> assertThat(List.of(backlog.lag(), backlog.inFlight(), backlog.delayed()))
				.containsExactly(0L, 0L, 1L)));
	}

	@Test
	void ofAStreamIsAsOldAsWhatIsNotSettledByTheClockOfRedis() {
		StreamEndpoint endpoint = stream();
		assertThat(backlog(endpoint).get("orders")).isEqualTo(new Backlog(0L, 0, 0, Duration.ZERO));
		long now = Long.parseLong(this.redis.commands().time().get(0)) * 1000;
		String hourAgo = this.instance.broker().stream("orders").withId((now - 3_600_000) + "-1").send("a");
		this.instance.broker().stream("orders").withId((now - 60_000) + "-1").send("b");
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), "workers", XGroupCreateArgs.Builder.mkstream());
		assertThat(age(endpoint)).isBetween(Duration.ofMinutes(60), Duration.ofMinutes(61));
		this.redis.commands().xreadgroup(Consumer.from("workers", "other"), StreamOffset.lastConsumed("orders"));
		assertThat(backlog(endpoint).get("orders").inFlight()).isEqualTo(2);
		assertThat(age(endpoint)).isBetween(Duration.ofMinutes(60), Duration.ofMinutes(61));
		this.redis.commands().xack("orders", "workers", hourAgo);
		assertThat(age(endpoint)).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
	}

	private Duration age(ListenerEndpoint endpoint) {
		return backlog(endpoint).get("orders").oldest();
	}

	@Test
	void ofAStreamWithoutTimesInItsIdsHasNoAge() {
		this.instance.broker().stream("orders").withId("7-1").send("a");
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "workers");
		assertThat(backlog(stream()).get("orders")).isEqualTo(new Backlog(1L, 0, 0, null));
	}

	@Test
	void ofAStreamFromWhichWasDeletedHasNoLagUnlessLittleIsLeft() {
		List<String> ids = sendNumbered(200);
		this.redis.commands().xdel("orders", ids.get(150));
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", ids.get(0)), "workers");
		assertThat(backlog(stream()).get("orders")).satisfies((backlog) -> {
			assertThat(backlog.lag()).isNull();
			assertThat(backlog.total()).isNull();
		});
		this.redis.commands().xgroupSetid(StreamOffset.from("orders", ids.get(140)), "workers");
		assertThat(backlog(stream()).get("orders").lag()).isEqualTo(58);
		this.redis.commands().xgroupSetid(StreamOffset.from("orders", ids.get(199)), "workers");
		assertThat(backlog(stream()).get("orders").lag()).isZero();
	}

	@Test
	void ofAStreamIsNotTheLagThatRedisHasGotWrong() {
		List<String> ids = sendNumbered(300);
		this.redis.commands().xgroupCreate(StreamOffset.from("orders", ids.get(0)), "workers");
		setEntriesRead(ids.get(149), 150);
		assertThat(backlog(stream()).get("orders").lag()).isEqualTo(150);
		setEntriesRead(ids.get(149), 290);
		assertThat(backlog(stream()).get("orders").lag()).as("less than there are").isNull();
		this.redis.commands().xtrim("orders", false, 160);
		setEntriesRead(ids.get(149), 0);
		assertThat(backlog(stream()).get("orders").lag()).as("more than there are").isNull();
		setEntriesRead(ids.get(294), 0);
		assertThat(backlog(stream()).get("orders").lag()).as("few, which are counted").isEqualTo(5);
	}

	private void setEntriesRead(String id, int count) {
		this.redis.commands()
			.eval("return redis.call('XGROUP', 'SETID', KEYS[1], 'workers', ARGV[1], 'ENTRIESREAD', ARGV[2])",
					ScriptOutputType.STATUS, new String[] { "orders" }, id, String.valueOf(count));
	}

	private List<String> sendNumbered(int count) {
		return this.instance.broker()
			.stream("orders")
			.sendAll(IntStream.range(0, count).mapToObj(Integer::toString).toList());
	}

	@Test
	void isNotToldWhereNobodyRemembersWhatIsDone() {
		assertThat(backlog(StreamEndpoint.builder("all")
			.streams("orders")
			.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
			.handler(IDLE))).isEmpty();
		assertThat(backlog(QueueEndpoint.builder("circle").queues("orders").order(QueueOrder.CIRCULAR).handler(IDLE)))
			.isEmpty();
		assertThat(backlog(ChannelEndpoint.builder("news").channels("news").handler(IDLE))).isEmpty();
	}

	@Test
	void isToldOfEachSource() {
		this.instance.broker().queue("one").sendAll(List.of("a", "b"));
		this.instance.broker().queue("two").sendDelayed("c", Duration.ofMinutes(1));
		assertThat(backlog(QueueEndpoint.builder("both").queues("one", "two").handler(IDLE)))
			.isEqualTo(Map.of("one", new Backlog(2L, 0, 0, null), "two", new Backlog(0L, 0, 1, null)));
	}

	@Test
	void isToldOfTheOthersWhereOneSourceIsOfAnotherType() {
		this.instance.broker().queue("one").send("a");
		this.redis.commands().set("two", "no queue");
		assertThat(backlog(QueueEndpoint.builder("both").queues("one", "two").handler(IDLE)))
			.isEqualTo(Map.of("one", new Backlog(1L, 0, 0, null)));
	}

	private static StreamEndpoint stream() {
		return StreamEndpoint.builder("worker").streams("orders").group("workers").handler(IDLE);
	}

}
