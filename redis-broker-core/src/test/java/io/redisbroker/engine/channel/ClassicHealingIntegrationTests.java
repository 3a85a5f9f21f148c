package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.KillArgs;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.support.MachineLag;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Channels and patterns while connections break, servers restart and primaries change:
 * what is published is heard again after at most a second, and nothing is heard twice.
 */
class ClassicHealingIntegrationTests {

	private static final List<String> CHANNELS = List.of("prices", "news.sport", "news.weather");

	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);

	/** A listener and a publisher in different applications. */
	private static final class Scene implements AutoCloseable {

		private final Recorder recorder = new Recorder();

		private final RecordedEvents events = new RecordedEvents();

		private final MachineLag lag = new MachineLag();

		private final TestBroker listening;

		private final TestBroker sending;

		private final SteadyPublisher publisher;

		Scene(RedisDeployment redis) {
			this(redis, PubSub.LONGEST_SILENCE);
		}

		Scene(RedisDeployment redis, Duration watchdog) {
			this.listening = TestBroker.withLongestSilence(TestBroker.configuration(redis), watchdog, this.events);
			this.listening.listen(ChannelEndpoint.builder("listener")
				.channels("prices")
				.patterns("news.*")
				.handler(this.recorder.handler()));
			this.sending = TestBroker.withCommandTimeout(redis, Duration.ofMillis(500));
			this.publisher = new SteadyPublisher(CHANNELS,
					(channel, message) -> this.sending.broker().channel(channel).publishAsync(message));
			heardEverywhere();
		}

		int published() {
			return CHANNELS.stream().mapToInt(this.publisher::count).max().orElseThrow();
		}

		void heardEverywhere() {
			List<Integer> published = CHANNELS.stream().map(this.publisher::last).toList();
			await().until(() -> CHANNELS.stream()
				.allMatch((channel) -> SteadyPublisher.isHeardBeyond(published.get(CHANNELS.indexOf(channel)) + 20,
						channel, this.recorder)));
		}

		void assertHealed() {
			assertHealed(LONGEST_SILENCE);
		}

		void assertHealed(Duration longestSilence) {
			for (String channel : CHANNELS) {
				assertThat(SteadyPublisher.numbers(channel, this.recorder)).as("heard on " + channel)
					.doesNotHaveDuplicates();
				assertThat(this.publisher.longestSilence(channel, this.recorder)).as("silence of " + channel)
					.isLessThanOrEqualTo(longestSilence.plus(this.lag.ofTwoProcesses()));
			}
			// a subscription may be on its way from a node that came back to another
			await().until(() -> this.listening.registry().container("listener").orElseThrow().isConnected());
		}

		void assertGapsReported() {
			assertThat(this.events.gaps()).extracting(RecordedEvents.Gap::channel).contains("prices", "news.*");
			assertThat(this.events.disconnected()).isPositive().isEqualTo(this.events.reconnected());
		}

		@Override
		public void close() {
			this.publisher.close();
			this.listening.close();
			this.sending.close();
			this.lag.close();
		}

	}

	private static void assertOneSubscription(List<RedisServer> nodes) {
		await().untilAsserted(() -> {
			assertThat(nodes.stream()
				.mapToLong((node) -> node.commands().pubsubNumsub("prices").getOrDefault("prices", 0L))
				.sum()).isEqualTo(1);
			assertThat(nodes.stream().mapToLong((node) -> node.commands().pubsubNumpat()).sum()).isEqualTo(1);
		});
	}

	@Nested
	@WithRedis
	class OnOneServer {

		@Test
		void killedConnectionsAreMadeAnew(RedisServer redis) {
			try (Scene scene = new Scene(redis)) {
				for (int i = 0; i < 5; i++) {
					redis.commands().clientKill(KillArgs.Builder.typePubsub());
					scene.heardEverywhere();
				}
				scene.assertHealed();
				scene.assertGapsReported();
				assertOneSubscription(List.of(redis));
			}
		}

		@Test
		void aRestartedServerIsSubscribedAgain(RedisServer redis) {
			try (Scene scene = new Scene(redis)) {
				redis.kill();
				redis.restart();
				scene.heardEverywhere();
				scene.assertHealed();
				scene.assertGapsReported();
				assertOneSubscription(List.of(redis));
			}
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.SENTINEL)
	class BehindSentinels {

		@Test
		void aManualFailoverIsFollowed(RedisSentinel redis) {
			try (Scene scene = new Scene(redis)) {
				RedisServer old = redis.primary();
				RedisServer successor = redis.failover();
				assertThat(successor).isNotEqualTo(old);
				redis.awaitHealthy();
				scene.heardEverywhere();
				scene.assertHealed();
				scene.assertGapsReported();
				assertOneSubscription(redis.nodes());
			}
		}

		@Test
		void aKilledPrimaryIsReplaced(RedisSentinel redis) {
			try (Scene scene = new Scene(redis)) {
				redis.primary().kill();
				scene.heardEverywhere();
				scene.assertHealed();
				scene.assertGapsReported();
			}
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.SENTINEL)
	class BehindSentinelsOfWhichOneHangs {

		@Test
		void anotherOneIsAsked(RedisSentinel redis) {
			try (Scene scene = new Scene(redis)) {
				redis.sentinels().get(0).freeze();
				redis.primary().commands().clientKill(KillArgs.Builder.typePubsub());
				scene.heardEverywhere();
				scene.assertHealed(Duration.ofSeconds(5));
				scene.assertGapsReported();
			}
			finally {
				redis.sentinels().get(0).resume();
			}
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.SENTINEL)
	class BehindSentinelsThatReplaceAServerThatHangs {

		@Test
		void theSuccessorIsFoundWithinTheWatchdogsTime(RedisSentinel redis) {
			Duration watchdog = Duration.ofSeconds(5);
			RedisServer hung = redis.primary();
			try (Scene scene = new Scene(redis, watchdog)) {
				hung.freeze();
				scene.heardEverywhere();
				scene.assertHealed(watchdog);
				scene.assertGapsReported();
			}
			finally {
				hung.resume();
			}
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.CLUSTER)
	class InACluster {

		@Test
		void theNodeSubscribedToIsReplacedByAnyOther(RedisCluster redis) {
			try (Scene scene = new Scene(redis)) {
				assertOneSubscription(redis.nodes());
				RedisServer node = subscribed(redis);
				node.kill();
				scene.heardEverywhere();
				scene.assertHealed();
				scene.assertGapsReported();
				node.restart();
				redis.awaitHealthy();
				scene.heardEverywhere();
				scene.assertHealed();
				assertOneSubscription(redis.nodes());
			}
		}

		@Test
		void theNodeSubscribedToIsLeftWhenTheClusterGivesItUp(RedisCluster redis) {
			try (Scene scene = new Scene(redis, Duration.ofMinutes(1))) {
				RedisServer node = subscribed(redis);
				node.freeze();
				scene.heardEverywhere();
				// much sooner than by the watchdog alone
				scene.assertHealed(Duration.ofSeconds(20));
				scene.assertGapsReported();
				node.resume();
				redis.awaitHealthy();
				assertOneSubscription(redis.nodes());
				scene.assertHealed(Duration.ofSeconds(20));
			}
		}

		@Test
		void whatIsPublishedOnAnyNodeIsHeard(RedisCluster redis) {
			Recorder recorder = new Recorder();
			try (TestBroker broker = new TestBroker(redis)) {
				broker.listen(ChannelEndpoint.builder("listener")
					.channels("prices")
					.patterns("news.*")
					.handler(recorder.handler()));
				for (RedisServer node : redis.nodes()) {
					node.commands().publish("prices", "prices " + node);
					node.commands().publish("news.sport", "news " + node);
				}
				await().until(() -> recorder.count() >= redis.nodes().size() * 2);
				assertThat(recorder.texts()).doesNotHaveDuplicates();
			}
		}

		private RedisServer subscribed(RedisCluster redis) {
			return redis.nodes()
				.stream()
				.filter((node) -> node.commands().pubsubNumpat() > 0)
				.findFirst()
				.orElseThrow();
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 30000")
	class InAClusterThatWaitsForANode {

		@Test
		void aSilenceOfTheNodeSubscribedToIsReportedAsAGap(RedisCluster redis) {
			try (Scene scene = new Scene(redis)) {
				RedisServer node = redis.nodes()
					.stream()
					.filter((each) -> each.commands().pubsubNumpat() > 0)
					.findFirst()
					.orElseThrow();
				node.freeze();
				int published = scene.published();
				await().until(() -> scene.published() > published + 250);
				node.resume();
				await().untilAsserted(scene::assertGapsReported);
				scene.heardEverywhere();
				assertOneSubscription(redis.nodes());
			}
		}

	}

}
