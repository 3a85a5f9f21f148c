package io.redisbroker.engine.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages of a channel are handled in the order in which they were published.
 */
@WithRedis
class ChannelOrderIntegrationTests {

	private static final int MESSAGES = 100_000;

	private static final int CHANNELS = 50;

	private final Recorder recorder = new Recorder();

	@Test
	void keepsTheOrderOfAChannel(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(ChannelEndpoint.builder("listener")
				.channels("prices")
				.overflow(OverflowPolicy.UNBOUNDED)
				.handler(this.recorder.handler()));
			publish(redis, List.of("prices"));
			await().until(() -> this.recorder.count() >= MESSAGES);
			assertThat(this.recorder.texts()).isEqualTo(numbers(MESSAGES));
		}
	}

	@Test
	void keepsTheOrderOfEachOfManyChannels(RedisServer redis) {
		List<String> channels = IntStream.range(0, CHANNELS).mapToObj((number) -> "prices-" + number).toList();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(ChannelEndpoint.builder("listener")
				.channels(channels.toArray(String[]::new))
				.overflow(OverflowPolicy.UNBOUNDED)
				.handler(this.recorder.handler()));
			publish(redis, channels);
			await().until(() -> this.recorder.count() >= MESSAGES);
			Map<String, List<String>> byChannel = new HashMap<>();
			for (Delivery delivery : this.recorder.deliveries()) {
				byChannel.computeIfAbsent(delivery.source(), (channel) -> new ArrayList<>()).add(delivery.text());
			}
			assertThat(byChannel).containsOnlyKeys(channels)
				.allSatisfy((channel, texts) -> assertThat(texts).isEqualTo(numbers(MESSAGES / CHANNELS)));
		}
	}

	@Test
	void keepsTheOrderOfWhatTheBrokerPublishes(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(ChannelEndpoint.builder("listener")
				.channels("prices")
				.settings(TestSettings.defaults().batchSize(1).build())
				.handler(this.recorder.handler()));
			IntStream.range(0, 5000).forEach((number) -> broker.broker().channel("prices").publishAsync("" + number));
			await().until(() -> this.recorder.count() >= 5000);
			assertThat(this.recorder.texts()).isEqualTo(numbers(5000));
		}
	}

	private static void publish(RedisServer redis, List<String> channels) {
		RedisAsyncCommands<String, String> commands = redis.commands().getStatefulConnection().async();
		RedisFuture<Long> last = null;
		for (int number = 0; number < MESSAGES / channels.size(); number++) {
			for (String channel : channels) {
				last = commands.publish(channel, String.valueOf(number));
			}
			if (number % 1000 == 999) {
				last.toCompletableFuture().join();
			}
		}
		last.toCompletableFuture().join();
	}

	private static List<String> numbers(int count) {
		return IntStream.range(0, count).mapToObj(String::valueOf).toList();
	}

}
