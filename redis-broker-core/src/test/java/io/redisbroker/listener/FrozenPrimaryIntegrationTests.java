package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A primary of a cluster hangs, with the timeouts that an application has by default.
 * Senders and listeners leave it soon after the cluster has replaced it.
 */
@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 1000")
class FrozenPrimaryIntegrationTests {

	/** Two seconds, and one for a busy machine. */
	private static final Duration SOON = Duration.ofSeconds(3);

	@ParameterizedTest
	@EnumSource
	void isLeftSoonAfterItsReplacementWasElected(TestedTransport transport, RedisCluster redis) {
		Recorder recorder = new Recorder();
		RedisServer primary = redis.primaryOf("orders");
		RedisServer replica = redis.replicaOf(primary);
		try (TestBroker broker = new TestBroker(redis); Load load = Load.every(Duration.ofMillis(2), (text) -> {
			transport.send(broker.broker(), "orders", List.of(text));
		})) {
			broker.listen(transport.endpoint("orders",
					TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build(), recorder.handler()));
			await().until(() -> recorder.count() > 300);
			primary.freeze();
			await().ignoreExceptions().until(() -> replica.commands().set("{orders}:probe", "here").equals("OK"));
			long elected = System.nanoTime();
			int sentBefore = load.count();
			await().until(() -> load.count() > sentBefore + 10);
			assertThat(since(elected)).as("until messages were sent").isLessThan(SOON);
			int next = load.count() + load.failed().size();
			await().until(() -> recorder.texts().stream().anyMatch((text) -> number(text) > next));
			assertThat(since(elected)).as("until messages were handled").isLessThan(SOON);
			primary.resume();
			redis.awaitHealthy();
			List<String> sent = load.stop();
			List<String> after = sent.stream().filter((text) -> number(text) > next).toList();
			await().untilAsserted(() -> assertThat(recorder.missing(after)).isEmpty());
			await().untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty());
		}
		finally {
			primary.resume();
		}
	}

	@ParameterizedTest
	@EnumSource
	void isLeftByAListenerThatOnlyWaits(TestedTransport transport, RedisCluster redis) {
		Recorder recorder = new Recorder();
		RedisServer primary = redis.primaryOf("orders");
		RedisServer replica = redis.replicaOf(primary);
		try (TestBroker broker = new TestBroker(redis); TestBroker sender = new TestBroker(redis)) {
			transport.send(broker.broker(), "orders", List.of("first"));
			broker.listen(transport.endpoint("orders", TestSettings.defaults().build(), recorder.handler()));
			await().until(() -> recorder.count() == 1);
			await().untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty());
			primary.commands().waitForReplication(1, 5000);
			primary.freeze();
			await().ignoreExceptions().until(() -> replica.commands().set("{orders}:probe", "here").equals("OK"));
			long elected = System.nanoTime();
			transport.send(sender.broker(), "orders", List.of("second"));
			await().until(() -> recorder.texts().contains("second"));
			assertThat(since(elected)).isLessThan(SOON);
		}
		finally {
			primary.resume();
		}
	}

	/** Queue, stream and sharded channel, all of them on the node that hangs. */
	@Test
	void isMissedByNothingWhileItHangsForAMinute(RedisCluster redis) {
		RedisServer primary = redis.primaryOf("{orders}");
		RedisServer replica = redis.replicaOf(primary);
		List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build();
		Duration pause = Duration.ofMillis(5);
		try (TestBroker broker = new TestBroker(redis);
				TestBroker streams = new TestBroker(redis);
				Load queue = Load.every(pause,
						(text) -> TestedTransport.QUEUE.send(broker.broker(), "{orders}:q", List.of(text)));
				Load stream = Load.every(pause,
						(text) -> TestedTransport.STREAM.send(broker.broker(), "{orders}:s", List.of(text)));
				Load channel = Load.every(pause,
						(text) -> broker.broker().shardedChannel("{orders}:c").publish(text))) {
			broker.listen(TestedTransport.QUEUE.endpoint("{orders}:q", settings, recorders.get(0).handler()));
			streams.listen(TestedTransport.STREAM.endpoint("{orders}:s", settings, recorders.get(1).handler()));
			broker.listen(ChannelEndpoint.builder("shards")
				.channels("{orders}:c")
				.sharded(true)
				.handler(recorders.get(2).handler()));
			await().until(() -> recorders.stream().allMatch((recorder) -> recorder.count() > 100));
			primary.freeze();
			long frozen = System.nanoTime();
			await().ignoreExceptions().until(() -> replica.commands().set("{orders}:probe", "here").equals("OK"));
			while (since(frozen).toSeconds() < 60) {
				List<Integer> before = recorders.stream().map(Recorder::count).toList();
				await().atMost(SOON)
					.until(() -> IntStream.range(0, before.size())
						.allMatch((i) -> recorders.get(i).count() > before.get(i) + 20));
			}
			primary.resume();
			redis.awaitHealthy();
			List<String> late = List.of(after(queue), after(stream));
			await().until(() -> IntStream.range(0, 2).allMatch((i) -> recorders.get(i).texts().contains(late.get(i))));
			queue.stop();
			stream.stop();
			channel.stop();
			await().untilAsserted(
					() -> assertThat(TestedTransport.QUEUE.inFlight(redis.commands(), "{orders}:q")).isEmpty());
			await().untilAsserted(
					() -> assertThat(TestedTransport.STREAM.inFlight(redis.commands(), "{orders}:s")).isEmpty());
		}
		finally {
			primary.resume();
		}
	}

	/** Returns a message that is sent after this call. */
	private static String after(Load load) {
		int before = load.count();
		await().until(() -> load.count() > before + 1);
		return load.sent().get(before + 1);
	}

	private static Duration since(long time) {
		return Duration.ofNanos(System.nanoTime() - time);
	}

	private static int number(String message) {
		return Integer.parseInt(message.substring("m-".length()));
	}

}
