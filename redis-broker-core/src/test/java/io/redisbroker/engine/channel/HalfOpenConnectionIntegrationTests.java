package io.redisbroker.engine.channel;

import java.time.Duration;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TcpProxy;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection on which nothing arrives any more though nobody closed it.
 */
@WithRedis
class HalfOpenConnectionIntegrationTests {

	@ParameterizedTest
	@ValueSource(ints = { 2, 10 })
	void isNoticedAndReplacedInTime(int seconds, RedisServer redis) throws Exception {
		Duration watchdog = Duration.ofSeconds(seconds);
		assertThat(PubSub.LONGEST_SILENCE).isEqualTo(Duration.ofSeconds(10));
		Recorder recorder = new Recorder();
		RecordedEvents events = new RecordedEvents();
		try (TcpProxy proxy = new TcpProxy(redis);
				TestBroker broker = TestBroker.withLongestSilence(
						new RedisStandaloneConfiguration("127.0.0.1", proxy.port()), watchdog, events)) {
			broker.listen(ChannelEndpoint.builder("listener")
				.channels("prices")
				.patterns("news.*")
				.handler(recorder.handler()));
			redis.commands().publish("prices", "before");
			await().until(() -> recorder.count() == 1);
			proxy.losePackets();
			long lost = System.nanoTime();
			// heard first by a subscription that is alive
			await().until(() -> {
				redis.commands().publish("prices", "after");
				return recorder.count() > 1;
			});
			assertThat(Duration.ofNanos(System.nanoTime() - lost)).isLessThanOrEqualTo(watchdog)
				.isGreaterThan(watchdog.dividedBy(2));
			// the dead connection is closed, as far as that can be told the other side
			await()
				.untilAsserted(() -> assertThat(redis.commands().pubsubNumsub("prices")).containsEntry("prices", 1L));
			await().until(() -> events.gaps().size() == 2);
			assertThat(events.gaps()).allSatisfy(
					(gap) -> assertThat(gap.duration()).isBetween(watchdog.dividedBy(2), watchdog.plusSeconds(1)));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aServerThatIsOnlyBusyForAWhileIsNotTakenForDead(boolean sharded, RedisServer redis) {
		Recorder recorder = new Recorder();
		RecordedEvents events = new RecordedEvents();
		try (TestBroker broker = TestBroker.withLongestSilence(TestBroker.configuration(redis), Duration.ofSeconds(6),
				events)) {
			broker.listen(ChannelEndpoint.builder("listener")
				.channels("prices")
				.sharded(sharded)
				.handler(recorder.handler()));
			redis.commands().clientPause(3000);
			// arrives before the answer to the ping that is sent meanwhile
			if (sharded) {
				redis.commands().spublish("prices", "after the pause");
			}
			else {
				redis.commands().publish("prices", "after the pause");
			}
			await().until(() -> recorder.count() == 1);
			assertThat(events.gaps()).isEmpty();
		}
	}

	@Test
	void aShardedListenerThatStopsInterruptsNoOther(RedisServer redis) {
		Recorder recorder = new Recorder();
		RecordedEvents events = new RecordedEvents();
		try (TestBroker broker = TestBroker.withLongestSilence(TestBroker.configuration(redis), Duration.ofSeconds(6),
				events)) {
			broker.listen(ChannelEndpoint.builder("listener").channels("prices").handler(recorder.handler()));
			ListenerContainer sharded = broker.listen(
					ChannelEndpoint.builder("sharded").channels("prices").sharded(true).handler(recorder.handler()));
			await().until(() -> !redis.commands().pubsubShardChannels().isEmpty());
			sharded.stop(Duration.ofSeconds(1)).join();
			await().until(() -> redis.commands().pubsubShardChannels().isEmpty());
			redis.commands().publish("prices", "after");
			await().until(() -> recorder.count() == 1);
			assertThat(events.gaps()).isEmpty();
		}
	}

	@Test
	void aServerThatRefusesToBePingedIsNotTakenForDead(RedisServer redis) {
		redis.commands()
			.aclSetuser("shop",
					AclSetuserArgs.Builder.on()
						.addPassword("secret")
						.allChannels()
						.addCommand(CommandType.SUBSCRIBE)
						.addCommand(CommandType.INFO));
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(redis.host(), redis.port());
		configuration.setUsername("shop");
		configuration.setPassword("secret");
		RecordedEvents events = new RecordedEvents();
		try (TestBroker broker = TestBroker.withLongestSilence(configuration, Duration.ofSeconds(1), events)) {
			ListenerContainer container = broker
				.listen(ChannelEndpoint.builder("listener").channels("prices").handler(new Recorder().handler()));
			await().pollDelay(Duration.ofSeconds(3)).until(container::isConnected);
			assertThat(events.gaps()).isEmpty();
			assertThat(redis.commands().aclLog()).isNotEmpty();
		}
	}

	@Test
	void aServerFarAwayIsWaitedFor(RedisServer redis) throws Exception {
		RecordedEvents events = new RecordedEvents();
		try (TcpProxy proxy = new TcpProxy(redis);
				TestBroker broker = TestBroker.withLongestSilence(
						new RedisStandaloneConfiguration("127.0.0.1", proxy.port()), Duration.ofSeconds(1), events)) {
			proxy.delay(Duration.ofMillis(150));
			ListenerContainer container = broker
				.listen(ChannelEndpoint.builder("listener").channels("prices").handler(new Recorder().handler()));
			await().until(container::isConnected);
		}
	}

}
