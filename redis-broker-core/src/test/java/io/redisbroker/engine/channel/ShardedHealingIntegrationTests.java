package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.KillArgs;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.support.MachineLag;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sharded subscriptions in a cluster, three slots on each node, while all happens that is
 * known to lose them. Each time: what is published is heard again after at most a second,
 * nothing is heard twice, and no subscription is left behind.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class ShardedHealingIntegrationTests {

	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);

	private final Recorder recorder = new Recorder();

	private final RecordedEvents events = new RecordedEvents();

	@AutoClose
	private final MachineLag lag = new MachineLag();

	private List<String> channels;

	private TestBroker broker;

	private ClusterWay way;

	private SteadyPublisher publisher;

	@BeforeEach
	void listen(RedisCluster redis) {
		// after a failover of another test: a replica without its data replaces no
		// primary
		redis.awaitHealthy();
		this.channels = channels(redis, 3);
		this.broker = new TestBroker(redis, "test", this.events);
		this.broker.listen(ChannelEndpoint.builder("shards")
			.channels(this.channels.toArray(String[]::new))
			.sharded(true)
			.handler(this.recorder.handler()));
		this.way = new ClusterWay(redis);
		this.publisher = new SteadyPublisher(this.channels, this.way);
		heardEverywhere(redis);
	}

	@AfterEach
	void stop() {
		this.publisher.close();
		this.broker.close();
		this.way.close();
	}

	/** Channels in different slots, the same number on each primary, ordered by slot. */
	private static List<String> channels(RedisCluster redis, int perNode) {
		Map<RedisServer, List<String>> byOwner = new HashMap<>();
		redis.primaries().forEach((primary) -> byOwner.put(primary, new ArrayList<>()));
		IntStream.range(0, 60).mapToObj((number) -> "channel-" + number).forEach((channel) -> {
			List<String> owned = byOwner.get(redis.primaryOf(channel));
			if (owned.size() < perNode) {
				owned.add(channel);
			}
		});
		return byOwner.values()
			.stream()
			.flatMap(List::stream)
			.sorted(Comparator.comparingInt(RedisCluster::slotOf))
			.toList();
	}

	@Test
	void severalSlotsPerNodeAreSubscribed(RedisCluster redis) {
		assertThat(this.channels).hasSize(9);
		assertThat(this.channels.stream().map(RedisCluster::slotOf)).doesNotHaveDuplicates();
		assertHealed(redis);
		assertThat(this.channels)
			.allSatisfy((channel) -> assertThat(this.publisher.longestSilence(channel, this.recorder)).isZero());
		assertThat(this.events.gaps()).isEmpty();
	}

	@Test
	void killedConnectionsAreMadeAnew(RedisCluster redis) {
		for (int i = 0; i < 3; i++) {
			redis.primaries().forEach((node) -> node.commands().clientKill(KillArgs.Builder.typePubsub()));
			heardEverywhere(redis);
		}
		assertHealed(redis);
		assertThat(this.events.gaps()).extracting(RecordedEvents.Gap::channel).containsAll(this.channels);
	}

	@Test
	void aKilledPrimaryIsReplacedAndDoesNoHarmWhenItReturns(RedisCluster redis) {
		RedisServer primary = redis.primaryOf(this.channels.get(0));
		primary.kill();
		heardEverywhere(redis);
		assertHealed(redis);
		primary.restart();
		redis.awaitHealthy();
		heardEverywhere(redis);
		assertHealed(redis);
	}

	@Test
	void aSlotThatMovesIsFollowed(RedisCluster redis) {
		String channel = this.channels.get(0);
		RedisServer source = redis.primaryOf(channel);
		RedisServer target = redis.primaries().stream().filter((node) -> node != source).findFirst().orElseThrow();
		try {
			redis.migrateSlot(RedisCluster.slotOf(channel), target);
			heardEverywhere(redis);
			assertHealed(redis);
			assertThat(this.events.gaps()).extracting(RecordedEvents.Gap::channel).containsOnly(channel);
		}
		finally {
			redis.migrateSlot(RedisCluster.slotOf(channel), source);
		}
		heardEverywhere(redis);
		assertHealed(redis);
	}

	@Test
	void aManualFailoverIsFollowedThereAndBack(RedisCluster redis) {
		// not of the node that another test freezes, see RedisCluster#failover
		RedisServer primary = redis.primaryOf(this.channels.get(8));
		RedisServer successor = redis.failover(primary);
		heardEverywhere(redis);
		assertHealed(redis);
		redis.failover(successor);
		heardEverywhere(redis);
		assertHealed(redis);
	}

	@Test
	void aPrimaryThatHangsIsReplacedAndDoesNoHarmWhenItGoesOn(RedisCluster redis) {
		RedisServer primary = redis.primaryOf(this.channels.get(0));
		primary.freeze();
		heardEverywhere(redis);
		assertHealed(redis);
		primary.resume();
		redis.awaitHealthy();
		heardEverywhere(redis);
		assertHealed(redis);
	}

	/** Waits until what is published from now on is heard on every channel. */
	private void heardEverywhere(RedisCluster redis) {
		Map<String, Integer> published = new HashMap<>();
		this.channels.forEach((channel) -> published.put(channel, this.publisher.last(channel)));
		try {
			await().until(() -> this.channels.stream()
				.allMatch((channel) -> SteadyPublisher.isHeardBeyond(published.get(channel) + 20, channel,
						this.recorder)));
		}
		catch (ConditionTimeoutException ex) {
			throw new AssertionError(
					redis.nodes()
						.stream()
						.map((node) -> node + ":\n" + node.log())
						.collect(Collectors.joining("\n", "Not heard everywhere, see the logs of the nodes.\n", "")),
					ex);
		}
	}

	private void assertHealed(RedisCluster redis) {
		for (String channel : this.channels) {
			List<Integer> heard = SteadyPublisher.numbers(channel, this.recorder);
			assertThat(heard).as("heard on " + channel).doesNotHaveDuplicates();
			// what a node that hung was asked to publish comes late, and rightly so
			assertThat(heard).filteredOn((number) -> this.publisher.isPublished(channel, number))
				.as("heard on " + channel)
				.isSorted();
			assertThat(this.publisher.longestSilence(channel, this.recorder)).as("silence of " + channel)
				.isLessThanOrEqualTo(LONGEST_SILENCE.plus(this.lag.ofTwoProcesses()));
		}
		await().untilAsserted(() -> {
			List<RedisServer> working = redis.nodes()
				.stream()
				.filter((node) -> node.isRunning() && !node.isFrozen())
				.toList();
			for (String channel : this.channels) {
				RedisServer owner = redis.primaryOf(channel);
				assertThat(working).filteredOn((node) -> subscribers(node, channel) > 0).containsExactly(owner);
				assertThat(subscribers(owner, channel)).isEqualTo(1);
			}
			// the server counts a subscription before the client hears of it
			assertThat(this.broker.registry().container("shards").orElseThrow().missing()).isEmpty();
		});
	}

	private static long subscribers(RedisServer node, String channel) {
		return node.commands().pubsubShardNumsub(channel).getOrDefault(channel, 0L);
	}

}
