package io.redisbroker.listener;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Acknowledgment} reports the truth about each message when others interfere.
 */
@WithRedis
class TruthfulAcknowledgmentIntegrationTests {

	private static final int COUNT = 100;

	private final RecordedEvents events = new RecordedEvents();

	private final Collection<Held> held = new ConcurrentLinkedQueue<>();

	private final Recorder recorder = new Recorder(
			(delivery, acknowledgment) -> this.held.add(new Held(delivery, acknowledgment)));

	@ParameterizedTest
	@EnumSource
	void allIsOursThoughSomebodyAcknowledgedOneByHand(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			List<Held> messages = holdMessages(transport, broker, redis);
			acknowledgeByHand(transport, redis.commands(), messages.get(50).delivery().id());
			List<Boolean> ours = acknowledge(messages);
			assertThat(ours).hasSize(COUNT).containsOnly(true);
			assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty();
			assertThat(this.events.lost()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, COUNT })
	void whatAForeignConsumerOfTheGroupTookIsItsOwn(int count, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			List<Held> messages = holdMessages(TestedTransport.STREAM, broker, redis);
			String taken = messages.get(count / 2).delivery().id();
			redis.commands().xclaim("orders", Consumer.from("workers", "foreign"), 0, taken);
			List<Boolean> ours = acknowledge(messages.subList(0, count));
			assertThat(ours).containsOnlyOnce(false);
			assertThat(ours.get(count / 2)).isFalse();
			assertThat(TestedTransport.STREAM.inFlight(redis.commands(), "orders").get(taken).owner())
				.isEqualTo("foreign");
			assertThat(this.events.lost()).isOne();
		}
	}

	@Test
	void nothingIsOursThatWasPendingForADestroyedGroup(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			List<Held> messages = holdMessages(TestedTransport.STREAM, broker, redis);
			redis.commands().xgroupDestroy("orders", "workers");
			assertThat(acknowledge(messages)).hasSize(COUNT).containsOnly(false);
			assertThat(this.events.lost()).isEqualTo(COUNT);
		}
	}

	@Test
	void aSettledBatchCostsNoLookAtEachEntryWhereAllMembersNoteTakeovers(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			List<Held> messages = holdMessages(TestedTransport.STREAM, broker, redis);
			acknowledge(messages.subList(0, 1));
			redis.commands().configResetstat();
			// so that the later ones wait for the first reply, and are sent together
			redis.freeze();
			List<CompletableFuture<Boolean>> outcomes = begin(messages.subList(1, COUNT));
			redis.resume();
			assertThat(outcomes).allMatch(CompletableFuture::join);
			Map<String, Long> commands = redis.commandStats();
			assertThat(commands.get("xack")).isLessThanOrEqualTo(3);
			assertThat(commands.getOrDefault("xpending", 0L)).isLessThanOrEqualTo(10);
		}
	}

	/**
	 * Holds messages that are delivered after this consumer knows of the last reclaim.
	 */
	private List<Held> holdMessages(TestedTransport transport, TestBroker broker, RedisServer redis) {
		broker.listen(transport.endpoint("orders",
				TestSettings.defaults().ackMode(AckMode.MANUAL).concurrency(1).batchSize(COUNT).build(),
				this.recorder.handler()));
		await().until(() -> redis.commands().keys("{orders}:takeovers*").size() == 1);
		for (int i = 0; i < 2; i++) {
			transport.send(broker.broker(), "orders", List.of("first"));
			await().until(() -> this.held.size() == 1);
			acknowledge(List.copyOf(this.held));
			this.held.clear();
		}
		transport.send(broker.broker(), "orders", IntStream.range(0, COUNT).mapToObj((i) -> "m-" + i).toList());
		await().until(() -> this.held.size() == COUNT);
		return List.copyOf(this.held);
	}

	private static void acknowledgeByHand(TestedTransport transport, RedisCommands<String, String> redis, String id) {
		if (transport == TestedTransport.STREAM) {
			assertThat(redis.xack("orders", "workers", id)).isOne();
			return;
		}
		redis.zrange("{orders}:leases", 0, -1)
			.stream()
			.filter((receipt) -> receipt.startsWith(id + ':'))
			.forEach((receipt) -> redis.zrem("{orders}:leases", receipt));
		assertThat(redis.hdel("{orders}:messages", id)).isOne();
	}

	private static List<Boolean> acknowledge(List<Held> messages) {
		return begin(messages).stream().map(CompletableFuture::join).toList();
	}

	private static List<CompletableFuture<Boolean>> begin(List<Held> messages) {
		return messages.stream().map((each) -> each.acknowledgment().acknowledge()).toList();
	}

	private record Held(Delivery delivery, Acknowledgment acknowledgment) {
	}

}
