package io.redisbroker.engine.channel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.Message;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Payloads of any form and size, and channels of any name.
 */
@WithRedis
class ChannelPayloadIntegrationTests {

	private final List<Object> received = new CopyOnWriteArrayList<>();

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer redis) {
		this.broker = new TestBroker(redis);
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	record Price(String symbol, double amount) {
	}

	private void listen(Object bean) {
		this.broker.listen(ChannelEndpoint.builder("listener").channels("prices").handler(Listeners.method(bean)));
	}

	private void assertReceived(Object... expected) {
		await().until(() -> this.received.size() >= expected.length);
		assertThat(this.received).containsExactly(expected);
	}

	@Test
	void text() {
		class Bean {

			public void on(String text) {
				ChannelPayloadIntegrationTests.this.received.add(text);
			}

		}
		listen(new Bean());
		this.broker.broker().channel("prices").publish("grüße 😀");
		this.broker.broker().channel("prices").publish("");
		assertReceived("grüße 😀", "");
	}

	@Test
	void recordsAsJson(RedisServer redis) {
		class Bean {

			public void on(Price price) {
				ChannelPayloadIntegrationTests.this.received.add(price);
			}

		}
		listen(new Bean());
		this.broker.broker().channel("prices").publish(new Price("É", 1.5));
		redis.commands().publish("prices", "{\"symbol\":\"B\",\"amount\":2}");
		this.broker.broker().channel("prices").withHeader("tenant", "eu").publish(new Price("C", 3));
		assertReceived(new Price("É", 1.5), new Price("B", 2), new Price("C", 3));
	}

	@Test
	void genericTypes() {
		class Bean {

			public void on(Message<Map<String, List<Price>>> message) {
				ChannelPayloadIntegrationTests.this.received.add(message.getPayload());
			}

		}
		listen(new Bean());
		Map<String, List<Price>> payload = Map.of("today", List.of(new Price("A", 1), new Price("B", 2)));
		this.broker.broker().channel("prices").publish(payload);
		assertReceived(payload);
	}

	@Test
	void bytesWithAndWithoutHeaders() {
		class Bean {

			public void on(byte[] bytes) {
				ChannelPayloadIntegrationTests.this.received.add(List.of(bytes[0], bytes[1], bytes[2], bytes.length));
			}

		}
		listen(new Bean());
		byte[] bytes = { (byte) 0xff, 0, (byte) 0x80 };
		this.broker.broker().channel("prices").publish(bytes);
		this.broker.broker().channel("prices").withHeader("tenant", "eu").publish(bytes);
		assertReceived(List.of(bytes[0], bytes[1], bytes[2], 3), List.of(bytes[0], bytes[1], bytes[2], 3));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 * 1024, 10 * 1024 * 1024 })
	void payloadsOfAnySize(int size) {
		Recorder recorder = new Recorder();
		this.broker.listen(ChannelEndpoint.builder("plain").channels("prices").handler(recorder.handler()));
		this.broker
			.listen(ChannelEndpoint.builder("sharded").channels("prices").sharded(true).handler(recorder.handler()));
		byte[] payload = new byte[size];
		Arrays.fill(payload, (byte) 'x');
		assertThat(this.broker.broker().channel("prices").publish(payload)).isEqualTo(1);
		assertThat(this.broker.broker().shardedChannel("prices").withHeader("tenant", "eu").publish(payload))
			.isEqualTo(1);
		await().until(() -> recorder.count() == 2);
		assertThat(recorder.deliveries()).allSatisfy((each) -> assertThat(each.payload()).isEqualTo(payload));
		assertThat(recorder.deliveries()).extracting((each) -> each.headers().get("tenant"))
			.containsExactlyInAnyOrder(null, "eu");
	}

	@Test
	void namesOfAnyAlphabet() {
		Recorder recorder = new Recorder();
		String name = "prices für 東京 😀";
		this.broker.listen(ChannelEndpoint.builder("plain").channels(name).handler(recorder.handler()));
		this.broker.listen(ChannelEndpoint.builder("pattern").patterns("*東京*").handler(recorder.handler()));
		this.broker.listen(ChannelEndpoint.builder("sharded").channels(name).sharded(true).handler(recorder.handler()));
		this.broker.broker().channel(name).publish("plain");
		this.broker.broker().shardedChannel(name).publish("sharded");
		await().until(() -> recorder.count() == 3);
		assertThat(recorder.texts()).containsExactlyInAnyOrder("plain", "plain", "sharded");
		assertThat(recorder.deliveries()).extracting(Delivery::source).containsOnly(name);
	}

	@Test
	void whatCantBeDecodedIsDroppedAndTheListenerGoesOn() {
		class Bean {

			public void on(Price price) {
				ChannelPayloadIntegrationTests.this.received.add(price);
			}

		}
		listen(new Bean());
		this.broker.broker().channel("prices").publish("no JSON".getBytes(StandardCharsets.UTF_8));
		this.broker.broker().channel("prices").publish(new Price("A", 1));
		assertReceived(new Price("A", 1));
	}

}
