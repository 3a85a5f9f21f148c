package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.protocol.ProtocolVersion;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.messaging.support.MessageBuilder;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is published reaches whoever listens, on channels, patterns and sharded channels.
 */
@WithRedis
class ChannelConsumptionIntegrationTests {

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer redis) {
		this.broker = new TestBroker(redis);
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	@Test
	void receivesWhatAnyClientPublishes(RedisServer redis) {
		Recorder recorder = new Recorder();
		this.broker.listen(ChannelEndpoint.builder("prices").channels("prices").handler(recorder.handler()));
		assertThat(redis.commands().publish("prices", "12.5")).isEqualTo(1);
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("12.5"));
		Delivery delivery = recorder.deliveries().get(0);
		assertThat(delivery.source()).isEqualTo("prices");
		assertThat(delivery.deliveryCount()).isEqualTo(1);
		assertThat(delivery.headers()).isEqualTo(Map.of(BrokerHeaders.CHANNEL, "prices"));
	}

	@Test
	void tellsChannelAndPatternApart(RedisServer redis) {
		Recorder recorder = new Recorder();
		this.broker.listen(ChannelEndpoint.builder("news")
			.channels("prices")
			.patterns("news.*", "weather.?")
			.handler(recorder.handler()));
		redis.commands().publish("prices", "1");
		redis.commands().publish("news.sport", "2");
		redis.commands().publish("weather.x", "3");
		redis.commands().publish("weather.xy", "no");
		await().until(() -> recorder.count() >= 3);
		assertThat(recorder.texts()).containsExactly("1", "2", "3");
		assertThat(recorder.deliveries()).extracting((each) -> each.headers().get(BrokerHeaders.PATTERN))
			.containsExactly(null, "news.*", "weather.?");
		assertThat(recorder.deliveries()).extracting((each) -> each.headers().get(BrokerHeaders.CHANNEL))
			.containsExactly("prices", "news.sport", "weather.x");
	}

	@Test
	void receivesFromShardedChannels() {
		Recorder recorder = new Recorder();
		this.broker.listen(
				ChannelEndpoint.builder("shards").channels("a", "b", "c").sharded(true).handler(recorder.handler()));
		assertThat(this.broker.broker().shardedChannel("a").publish("1")).isEqualTo(1);
		assertThat(this.broker.broker().shardedChannel("b").publish("2")).isEqualTo(1);
		assertThat(this.broker.broker().channel("c").publish("no")).isZero();
		assertThat(this.broker.broker().shardedChannel("c").publish("3")).isEqualTo(1);
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactlyInAnyOrder("1", "2", "3"));
	}

	@Test
	void sendsHeadersAlong() {
		Recorder recorder = new Recorder();
		this.broker.listen(ChannelEndpoint.builder("prices").channels("prices").handler(recorder.handler()));
		this.broker.broker()
			.channel("prices")
			.withHeader("tenant", "eu")
			.publishAsync(MessageBuilder.withPayload("12.5").setHeader("currency", "€").build())
			.join();
		await().until(() -> recorder.count() == 1);
		Delivery delivery = recorder.deliveries().get(0);
		assertThat(delivery.text()).isEqualTo("12.5");
		assertThat(delivery.headers())
			.isEqualTo(Map.of("tenant", "eu", "currency", "€", BrokerHeaders.CHANNEL, "prices"));
	}

	@Test
	void publishingWhereNobodyListensReachesNobody() {
		assertThat(this.broker.broker().channel("nobody").publish("x")).isZero();
		assertThat(this.broker.broker().shardedChannel("nobody").publish("x")).isZero();
	}

	@Test
	void allListenersShareOneConnectionAndEachTopicOneSubscription(RedisServer redis) {
		List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
		for (int i = 0; i < 3; i++) {
			this.broker.listen(ChannelEndpoint.builder("listener-" + i)
				.channels("shared", "own-" + i)
				.patterns("p*")
				.handler(recorders.get(i).handler()));
		}
		assertThat(redis.commands().clientList()).containsOnlyOnce("cmd=subscribe").doesNotContain("cmd=psubscribe");
		assertThat(this.broker.broker().channel("shared").publish("x")).isEqualTo(1);
		await().untilAsserted(
				() -> assertThat(recorders).allSatisfy((each) -> assertThat(each.texts()).containsExactly("x")));
	}

	@Test
	void stopsAndStartsAtRunTime(RedisServer redis) {
		Recorder one = new Recorder();
		Recorder other = new Recorder();
		ListenerContainer container = this.broker
			.listen(ChannelEndpoint.builder("one").channels("prices", "only-one").handler(one.handler()));
		this.broker.listen(ChannelEndpoint.builder("other").channels("prices").handler(other.handler()));
		container.stop(Duration.ofSeconds(5)).join();
		redis.commands().publish("prices", "while stopped");
		await().untilAsserted(() -> assertThat(other.texts()).containsExactly("while stopped"));
		await()
			.untilAsserted(() -> assertThat(redis.commands().pubsubNumsub("only-one")).containsEntry("only-one", 0L));
		container.start().join();
		redis.commands().publish("prices", "again");
		redis.commands().publish("only-one", "too");
		await().untilAsserted(() -> assertThat(one.texts()).containsExactly("again", "too"));
	}

	@Test
	void startsAgainWhileItsSubscriptionsEnd(RedisServer redis) {
		RecordedEvents events = new RecordedEvents();
		try (TestBroker restarting = new TestBroker(redis, "restarting", events)) {
			ListenerContainer container = restarting.listen(ChannelEndpoint.builder("one")
				.channels("prices")
				.patterns("p.*")
				.handler(new Recorder().handler()));
			for (int i = 0; i < 10; i++) {
				container.stop(Duration.ofSeconds(5)).join();
				container.start().join();
				assertThat(container.isConnected()).isTrue();
				assertThat(redis.commands().publish("prices", "x")).isEqualTo(1);
			}
			assertThat(events.gaps()).isEmpty();
			assertThat(events.disconnected()).isZero();
		}
	}

	@Test
	void leavesNothingSubscribedBehind(RedisServer redis) {
		Recorder recorder = new Recorder();
		ListenerContainer container = this.broker
			.listen(ChannelEndpoint.builder("one").channels("prices").patterns("p.*").handler(recorder.handler()));
		container.stop(Duration.ofSeconds(5)).join();
		await().until(() -> redis.commands().pubsubChannels().isEmpty() && redis.commands().pubsubNumpat() == 0);
		await().until(() -> !redis.commands().clientList().contains("cmd=subscribe"));
	}

	@ParameterizedTest
	@EnumSource(ProtocolVersion.class)
	void hearsWithEitherProtocol(ProtocolVersion protocol, RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker old = new TestBroker(TestBroker.configuration(redis), TestBroker.speaking(protocol), "old",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			ListenerContainer container = old.listen(
					ChannelEndpoint.builder("old").channels("prices").patterns("news.*").handler(recorder.handler()));
			old.listen(ChannelEndpoint.builder("sharded").channels("shard").sharded(true).handler(recorder.handler()));
			old.broker().channel("prices").publish("1");
			old.broker().channel("news.x").publish("2");
			old.broker().shardedChannel("shard").publish("3");
			await().until(() -> recorder.count() == 3);
			container.stop(Duration.ofSeconds(5)).join();
			await().until(() -> redis.commands().pubsubChannels().isEmpty());
			assertThat(old.broker().shardedChannel("shard").publish("4")).isEqualTo(1);
		}
	}

}
