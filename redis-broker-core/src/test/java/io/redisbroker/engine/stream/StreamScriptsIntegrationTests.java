package io.redisbroker.engine.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.lettuce.core.Consumer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.client.Script;
import io.redisbroker.engine.settlement.OwnedSettlement;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Scripts of groups with very many entries, and with unusual ones.
 */
@WithRedis
class StreamScriptsIntegrationTests {

	private static final Membership ME = new Membership(List.of("orders"), "billing", "me");

	private static final String LAST_ID = "18446744073709551615-18446744073709551615";

	private static final String FILL = """
			for i = 1, ARGV[1] do
				redis.call('XADD', KEYS[1], i .. '-1', 'payload', 'x')
			end
			return redis.call('XLEN', KEYS[1])""";

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private RedisCommands<String, String> redis;

	private RedisServer server;

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer server) {
		this.server = server;
		this.redis = server.commands();
		this.redis.flushall();
		this.redis.xgroupCreate(StreamOffset.from("orders", "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		this.broker = new TestBroker(server);
	}

	@AfterEach
	void stop() {
		this.broker.close();
		this.timer.shutdown();
	}

	@Test
	void renewingManyLooksAtEachOnlyOnceAndLoadsNone() {
		List<Delivery> deliveries = new ArrayList<>(handOut(5000));
		Collections.shuffle(deliveries, new Random(1));
		this.redis.configResetstat();
		settlement().renew(deliveries).join();
		Map<String, Long> commands = this.server.commandStats();
		assertThat(commands).containsEntry("xclaim", 5L);
		assertThat(commands.get("xpending")).as("one page for each script, and one to see that there is no more")
			.isEqualTo(10);
		assertThat(commands).doesNotContainKey("xrange");
	}

	@Test
	void renewsAllButDeletedOnes() {
		List<Delivery> deliveries = handOut(50);
		this.redis.xdel("orders", "1-1", "25-1");
		this.redis.configResetstat();
		settlement().renew(deliveries).join();
		assertThat(this.server.commandStats()).as("those as old as what was deleted").containsEntry("xrange", 24L);
		assertThat(this.redis.xpending("orders", "billing").getCount()).isEqualTo(50);
	}

	@Test
	void parksAndHandsBackWithoutLoadingEntries() {
		List<Delivery> deliveries = handOut(50);
		OwnedSettlement settlement = settlement();
		this.redis.configResetstat();
		assertThat(settlement.retry(deliveries.get(0), Duration.ofMinutes(1)).join()).isTrue();
		settlement.leave(deliveries.subList(1, 50), List.of()).join();
		assertThat(this.server.commandStats()).doesNotContainKey("xrange");
		assertThat(this.redis.xpending("orders", "billing").getConsumerMessageCount())
			.containsOnlyKeys(Membership.PARKING);
	}

	@Test
	void handsBackAnyNumber() {
		List<Delivery> deliveries = handOut(20_000);
		settlement().leave(deliveries.subList(0, 9_000), deliveries.subList(9_000, 18_000)).join();
		assertThat(this.redis.xpending("orders", "billing").getConsumerMessageCount()).containsEntry("me", 9_000L)
			.containsEntry(Membership.PARKING, 11_000L);
	}

	@Test
	void findsAnyNumberThatGotLost() {
		List<Delivery> deliveries = handOut(20_000);
		List<Object> args = new ArrayList<>(List.of(ME.group(), ME.consumer(), 9_500));
		deliveries.subList(500, 10_000).forEach((delivery) -> args.add(delivery.id()));
		List<Object> found = run(StreamScripts.RECOVER, List.of("orders", ME.failuresOf("orders")), args);
		assertThat(found).hasSize(3 * 9_500);
		assertThat(text(((List<?>) found.get(0)).get(0))).isEqualTo("1-1");
		assertThat(text(((List<?>) found.get(3 * 500)).get(0))).isEqualTo("10001-1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "retries", "failures" })
	void leavesAnEntryWhereItIsThatCanNotBeParked(String companion) {
		Delivery delivery = handOut(1).get(0);
		this.redis.set("{orders}:" + companion + ":billing", "text");
		assertThatException().isThrownBy(
				() -> claims().retry("orders", List.of(new OwnedSettlement.Again(delivery, Duration.ZERO, true)))
					.join());
		assertThat(this.redis.xpending("orders", "billing").getConsumerMessageCount()).containsOnlyKeys("me");
	}

	@Test
	void tellsApartPositionsThatOnlyIntegersTellApart() {
		add("9007199254740992-1");
		this.redis.xgroupCreate(StreamOffset.from("orders", "9007199254740993-1"), "beyond");
		assertThat(ensure("beyond")).isEmpty();
		add("18446744073709551615-18446744073709551614");
		this.redis.xgroupCreate(StreamOffset.from("orders", LAST_ID), "farther");
		assertThat(ensure("farther")).isEmpty();
		add(LAST_ID);
		assertThat(ensure("farther")).isEqualTo(LAST_ID);
	}

	@Test
	void takesOverTheLastIdThereIs() {
		add("18446744073709551615-18446744073709551614");
		add(LAST_ID);
		this.redis.xreadgroup(Consumer.from("billing", "other"), StreamOffset.lastConsumed("orders"));
		List<Object> reply = run(StreamScripts.RECLAIM, ME.keys(),
				List.of("billing", "me", Membership.PARKING, 0, 10, 10, 10, 0, "0-0"));
		assertThat((List<?>) reply.get(1)).hasSize(3 + 2 * 3);
		assertThat(text(((List<?>) reply.get(1)).get(0))).isEqualTo("over");
	}

	private void add(String id) {
		this.redis.xadd("orders", new XAddArgs().id(id), "payload", "x");
	}

	private String ensure(String group) {
		Membership member = new Membership(List.of("orders"), group, "me");
		return text(run(StreamScripts.ENSURE_GROUP, member.keys(), List.of(group, "0")).get(0));
	}

	private List<Delivery> handOut(int count) {
		this.redis.eval(FILL, ScriptOutputType.INTEGER, new String[] { "orders" }, String.valueOf(count));
		return this.redis
			.xreadgroup(Consumer.from("billing", "me"), XReadArgs.Builder.count(count),
					StreamOffset.lastConsumed("orders"))
			.stream()
			.map((entry) -> StreamContent.read("orders", entry.getId(), new byte[0][], Takeovers.UNKNOWN))
			.toList();
	}

	private OwnedSettlement settlement() {
		return new OwnedSettlement(claims(), this.timer);
	}

	private StreamClaims claims() {
		return new StreamClaims(this.broker.connections().shared(), ME, new Takeovers(),
				TestSettings.defaults().build());
	}

	private List<Object> run(Script script, Collection<String> keys, List<Object> args) {
		return this.broker.connections().shared().run(script, List.copyOf(keys), args).join();
	}

	private static String text(Object value) {
		return new String((byte[]) value, StandardCharsets.US_ASCII);
	}

}
