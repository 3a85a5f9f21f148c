package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listening to channels by annotation.
 */
@WithRedis
class ChannelListenerIntegrationTests {

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	record Price(String symbol, double amount) {
	}

	@Test
	void listensToChannelsAndPatterns() {
		this.runner.withBean(Prices.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.channel("prices").publish(new Price("A", 1.5));
			broker.channel("quotes.fr").withHeader("tenant", "eu").publish(new Price("É", 2));
			assertThat(this.received.await(2)).containsExactly(List.of(new Price("A", 1.5), "prices", "none", "none"),
					List.of(new Price("É", 2), "quotes.fr", "quotes.*", "eu"));
		});
	}

	static class Prices extends Listener {

		Prices(Received received) {
			super(received);
		}

		@ChannelListener(channels = "prices", patterns = "quotes.*")
		void listen(Price price, @Header(BrokerHeaders.CHANNEL) String channel,
				@Header(name = BrokerHeaders.PATTERN, defaultValue = "none") String pattern,
				@Header(name = "tenant", defaultValue = "none") String tenant) {
			this.received.add(price, channel, pattern, tenant);
		}

	}

	@Test
	void resolvesAllAttributes() {
		this.runner.withBean(Everything.class)
			.withPropertyValues("channels=a,b", "redis-broker.key-prefix=shop[1]:")
			.run((context) -> {
				ChannelEndpoint endpoint = endpoint(context, "all");
				assertThat(endpoint.channels()).containsExactly("shop[1]:a", "shop[1]:b");
				assertThat(endpoint.patterns()).containsExactly("shop\\[1\\]:n*");
				assertThat(endpoint.sharded()).isFalse();
				assertThat(endpoint.bufferSize()).isEqualTo(7);
				assertThat(endpoint.overflow()).isEqualTo(OverflowPolicy.DROP_NEWEST);
				assertThat(endpoint.settings().concurrency()).isEqualTo(2);
				assertThat(endpoint.settings().batchSize()).isEqualTo(9);
				assertThat(endpoint.settings().autoStartup()).isFalse();
				assertThat(endpoint.settings().deadLetters()).isEqualTo("shop[1]:failed");
				assertThat(endpoint(context, "shards").sharded()).isTrue();
				context.getBean(RedisBroker.class).channel("news").publish("with the prefix");
				assertThat(this.received.await(1)).containsExactly("with the prefix");
			});
	}

	static class Everything extends Listener {

		Everything(Received received) {
			super(received);
		}

		@ChannelListener(channels = "${channels}", patterns = "n*", concurrency = "#{1 + 1}", batchSize = "9",
				bufferSize = "7", overflow = OverflowPolicy.DROP_NEWEST, deadLetters = "failed", id = "all",
				autoStartup = "false")
		void all(String text) {
			this.received.add(text);
		}

		@ChannelListener(channels = "a", sharded = true, id = "shards")
		@ChannelListener(patterns = "n*", id = "news")
		void both(String text) {
			this.received.add(text);
		}

	}

	@Test
	void isConfiguredByProperties() {
		this.runner.withBean(Everything.class)
			.withPropertyValues("channels=a", "redis-broker.channel.buffer-size=77",
					"redis-broker.channel.listener.concurrency=3", "redis-broker.listeners.shards.channels=x,y",
					"redis-broker.listeners.all.channels=z", "redis-broker.listeners.all.sharded=true",
					"redis-broker.listeners.all.patterns=", "redis-broker.listeners.all.buffer-size=5",
					"redis-broker.listeners.all.overflow=unbounded")
			.run((context) -> {
				ChannelEndpoint shards = endpoint(context, "shards");
				assertThat(shards.channels()).containsExactly("x", "y");
				assertThat(shards.bufferSize()).isEqualTo(77);
				assertThat(shards.settings().concurrency()).isEqualTo(3);
				ChannelEndpoint all = endpoint(context, "all");
				assertThat(all.channels()).containsExactly("z");
				assertThat(all.sharded()).isTrue();
				assertThat(all.patterns()).isEmpty();
				assertThat(all.bufferSize()).isEqualTo(5);
				assertThat(all.overflow()).isEqualTo(OverflowPolicy.UNBOUNDED);
			});
	}

	@Test
	void takesMessagesAndBatches() {
		this.runner.withBean(Batches.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			for (int i = 0; i < 50; i++) {
				broker.channel("prices").publishAsync(new Price("A", i));
			}
			assertThat(this.received.awaitElements(50)).hasSize(50)
				.allSatisfy((each) -> assertThat(each).isInstanceOf(Message.class));
		});
	}

	static class Batches extends Listener {

		Batches(Received received) {
			super(received);
		}

		@ChannelListener(channels = "prices", batchSize = "10")
		void listen(List<Message<Price>> prices) {
			assertThat(prices).hasSizeLessThanOrEqualTo(10);
			this.received.add(prices);
		}

	}

	@Test
	void keepsFailedMessagesOnlyWhereDeadLettersAreNamed(RedisServer redis) {
		this.runner.withBean(Fails.class).run((context) -> {
			context.getBean(RedisBroker.class).channel("prices").withHeader("tenant", "eu").publish("bad");
			assertThat(this.received.await(2)).containsOnly("bad");
			await().until(() -> redis.commands().xlen("failed") == 1);
			Map<String, String> letter = redis.commands().xrange("failed", Range.unbounded()).get(0).getBody();
			assertThat(letter).containsEntry("payload", "bad")
				.containsEntry("tenant", "eu")
				.containsEntry("dead-letter-source", "prices")
				.containsEntry("dead-letter-source-type", "channel")
				.containsEntry("dead-letter-listener", "keeps")
				.containsEntry("dead-letter-exception", IllegalStateException.class.getName());
			assertThat(redis.commands().keys("*")).containsExactly("failed");
		});
	}

	static class Fails extends Listener {

		Fails(Received received) {
			super(received);
		}

		@ChannelListener(channels = "prices", id = "keeps", deadLetters = "failed")
		@ChannelListener(channels = "prices", id = "drops")
		void listen(String text) {
			this.received.add(text);
			throw new IllegalStateException();
		}

	}

	private static ChannelEndpoint endpoint(ApplicationContext context, String id) {
		return (ChannelEndpoint) context.getBean(ListenerRegistry.class).container(id).orElseThrow().endpoint();
	}

	abstract static class Listener {

		final Received received;

		Listener(Received received) {
			this.received = received;
		}

	}

}
