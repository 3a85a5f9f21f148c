package io.redisbroker.send;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.lettuce.core.MigrateArgs;
import io.lettuce.core.Range;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sending while a cluster changes: a command that Redis did not execute is sent again,
 * and everything takes the way over the owner of its slot.
 */
@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 1000")
class ClusterSendingIntegrationTests {

	private static final List<String> MESSAGES = IntStream.range(0, 1500).mapToObj(Integer::toString).toList();

	@Test
	void keepsTheOrderOfTheFirstMessages(RedisCluster redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			StreamSender sender = broker.broker().stream("orders");
			CompletableFuture.allOf(MESSAGES.stream().map(sender::sendAsync).toArray(CompletableFuture[]::new)).join();
		}
		assertThat(redis.commands()
			.xrange("orders", Range.unbounded())
			.stream()
			.map((entry) -> entry.getBody().get("payload"))).containsExactlyElementsOf(MESSAGES);
	}

	@Test
	void anApplicationThatOnlyPublishesFollowsAFailoverByHand(RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (TestBroker listening = new TestBroker(redis); TestBroker sending = new TestBroker(redis)) {
			listen(listening, recorder);
			await().until(() -> publish(sending) == 1);
			redis.failover(redis.primaryOf("prices"));
			await().atMost(Duration.ofSeconds(8)).until(() -> publish(sending) == 1);
			assertThat(listening.connections().isCluster()).isTrue();
		}
	}

	@Test
	void anApplicationThatListensTooFollowsAFailoverByHandWithItsSubscriptions(RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, recorder);
			await().until(() -> publish(broker) == 1);
			redis.failover(redis.primaryOf("prices"));
			await().atMost(Duration.ofSeconds(2)).until(() -> publish(broker) == 1);
		}
	}

	private static void listen(TestBroker broker, Recorder recorder) {
		broker.listen(ChannelEndpoint.builder("listener").channels("prices").sharded(true).handler(recorder.handler()));
	}

	private static long publish(TestBroker broker) {
		return broker.broker().shardedChannel("prices").publish("1");
	}

	@Test
	void messagesForOtherNodesWaitWhileTheClusterReplacesOne(RedisCluster redis) {
		RedisServer killed = redis.primaryOf("orders");
		String other = IntStream.range(0, 100)
			.mapToObj((number) -> "queue-" + number)
			.filter((queue) -> redis.primaryOf(queue) != killed)
			.findFirst()
			.orElseThrow();
		RedisServer owner = redis.primaryOf(other);
		try (TestBroker broker = new TestBroker(redis);
				Load load = Load.every(Duration.ofMillis(2), (text) -> broker.broker().queue(other).send(text))) {
			await().until(() -> load.count() > 100);
			killed.kill();
			// it refuses commands until the failed node is replaced
			await().until(() -> owner.commands().clusterInfo().contains("cluster_state:fail"));
			await().until(() -> owner.commands().clusterInfo().contains("cluster_state:ok"));
			int before = load.count();
			await().until(() -> load.count() > before + 100);
			load.assertNothingFailed();
		}
	}

	/**
	 * As in a failover by hand on a busy machine, where the pause outlasts the election.
	 */
	@Test
	void whatAReplacedPrimaryHoldsBackIsRedirected(RedisCluster redis) {
		RedisServer primary = redis.primaryOf("orders");
		RedisServer replica = redis.replicaOf(primary);
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender queue = broker.broker().queue("orders");
			queue.send("first");
			client(primary, "PAUSE", "60000", "WRITE");
			long late = System.nanoTime() + Duration.ofSeconds(2).toNanos();
			CompletableFuture<?> held = queue.sendAsync("second");
			// so long that the node is late with the answer to a ping
			await().until(() -> System.nanoTime() > late);
			replica.commands().clusterFailover(true);
			await().until(() -> queue.sendAsync("third")
				.orTimeout(100, TimeUnit.MILLISECONDS)
				.handle((sent, failure) -> failure == null)
				.join());
			client(primary, "UNPAUSE");
			assertThat(held).succeedsWithin(Duration.ofSeconds(5));
		}
		finally {
			client(primary, "UNPAUSE");
			redis.awaitHealthy();
		}
	}

	private static void client(RedisServer node, String... arguments) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
		List.of(arguments).forEach(args::add);
		node.commands().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), args);
	}

	@Test
	void messagesWaitWhileHalfOfASlotHasMoved(RedisCluster redis) {
		RedisServer source = redis.primaryOf("orders");
		RedisServer target = redis.primaries().stream().filter((node) -> node != source).findFirst().orElseThrow();
		int slot = RedisCluster.slotOf("orders");
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender queue = broker.broker().queue("orders");
			queue.sendDelayed("first", Duration.ofHours(1));
			List<String> keys = source.commands().clusterGetKeysInSlot(slot, 10);
			assertThat(keys).hasSizeGreaterThan(1);
			target.commands().clusterSetSlotImporting(slot, redis.idOf(source));
			source.commands().clusterSetSlotMigrating(slot, redis.idOf(target));
			source.commands().migrate(target.host(), target.port(), 0, 1000, MigrateArgs.Builder.keys(keys.get(0)));
			CompletableFuture<Void> second = CompletableFuture
				.runAsync(() -> queue.sendDelayed("second", Duration.ofHours(1)));
			await().until(() -> errors(source, "TRYAGAIN") > 1);
			assertThat(second).isNotDone();
			redis.migrateSlot(slot, target);
			assertThat(second).succeedsWithin(Duration.ofSeconds(5));
			assertThat(queue.delayed()).isEqualTo(2);
		}
		finally {
			redis.migrateSlot(slot, target);
			redis.migrateSlot(slot, source);
		}
	}

	private static long errors(RedisServer node, String code) {
		String count = node.info("errorstats").getOrDefault("errorstat_" + code, "count=0");
		return Long.parseLong(count.substring("count=".length()));
	}

}
