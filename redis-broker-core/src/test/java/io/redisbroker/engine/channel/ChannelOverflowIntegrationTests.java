package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.MachineLag;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener that is slower than what is published: nothing waits for it, neither Redis
 * nor other listeners, and what it misses is counted.
 */
@WithRedis
class ChannelOverflowIntegrationTests {

	private static final int SENT = 2000;

	private static final Pattern OUTPUT_BUFFER = Pattern.compile(" (?:omem|oll)=(\\d+)");

	private final RecordedEvents events = new RecordedEvents();

	private final CountDownLatch block = new CountDownLatch(1);

	private final Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(this.block));

	private final Recorder quick = new Recorder();

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer redis) {
		this.broker = new TestBroker(redis, "test", this.events);
	}

	@AfterEach
	void stop() {
		this.block.countDown();
		this.broker.close();
	}

	private void listen(OverflowPolicy policy, int bufferSize) {
		this.broker.listen(ChannelEndpoint.builder("slow")
			.channels("prices")
			.bufferSize(bufferSize)
			.overflow(policy)
			.handler(this.slow.handler()));
		this.broker.listen(ChannelEndpoint.builder("quick").channels("prices").handler(this.quick.handler()));
	}

	private void publish(RedisServer redis, int from, int to) {
		IntStream.range(from, to).forEach((number) -> redis.commands().publish("prices", "m-" + number));
	}

	private static List<String> messages(int from, int to) {
		return IntStream.range(from, to).mapToObj((number) -> "m-" + number).toList();
	}

	@Test
	void dropsTheOldestAndCountsThem(RedisServer redis) {
		listen(OverflowPolicy.DROP_OLDEST, 10);
		publish(redis, 0, 1);
		await().until(() -> this.slow.count() == 1);
		publish(redis, 1, SENT);
		await().until(() -> this.quick.count() == SENT);
		await().until(() -> this.events.overflowed() == SENT - 11);
		this.block.countDown();
		await().until(() -> this.slow.count() == 11);
		List<String> expected = new ArrayList<>(List.of("m-0"));
		expected.addAll(messages(SENT - 10, SENT));
		assertThat(this.slow.texts()).containsExactlyElementsOf(expected);
		assertThat(this.events.handled()).isLessThanOrEqualTo(SENT + 11);
	}

	@Test
	void dropsTheNewestAndCountsThem(RedisServer redis) {
		listen(OverflowPolicy.DROP_NEWEST, 10);
		publish(redis, 0, 1);
		await().until(() -> this.slow.count() == 1);
		publish(redis, 1, SENT);
		await().until(() -> this.quick.count() == SENT);
		await().until(() -> this.events.overflowed() == SENT - 11);
		this.block.countDown();
		await().until(() -> this.slow.count() == 11);
		assertThat(this.slow.texts()).containsExactlyElementsOf(messages(0, 11));
	}

	@Test
	void dropsNothingWhereTheBufferIsUnbounded(RedisServer redis) {
		listen(OverflowPolicy.UNBOUNDED, 10);
		publish(redis, 0, SENT);
		await().until(() -> this.quick.count() == SENT);
		this.block.countDown();
		await().until(() -> this.slow.count() == SENT);
		assertThat(this.slow.texts()).containsExactlyElementsOf(messages(0, SENT));
		assertThat(this.events.overflowed()).isZero();
	}

	@Test
	void delaysNeitherRedisNorOtherListeners(RedisServer redis) {
		listen(OverflowPolicy.DROP_OLDEST, 10);
		String payload = "x".repeat(10_000);
		List<Duration> delays = new ArrayList<>();
		MachineLag lag = new MachineLag();
		for (int i = 0; i < 500; i++) {
			long sent = System.nanoTime();
			int expected = i + 1;
			redis.commands().publish("prices", payload);
			await().pollInSameThread()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.quick.count() == expected);
			delays.add(Duration.ofNanos(System.nanoTime() - sent));
		}
		Duration ofTheMachine = lag.ofTwoProcesses();
		lag.close();
		Collections.sort(delays);
		assertThat(delays.get(250)).as("median").isLessThan(Duration.ofMillis(50).plus(ofTheMachine));
		assertThat(delays.get(495)).as("p99").isLessThan(Duration.ofSeconds(1).plus(ofTheMachine));
		assertThat(this.slow.count()).isEqualTo(1);
		// Redis has handed over all 5 MB, and holds nothing for the subscriber
		Matcher buffers = OUTPUT_BUFFER.matcher(redis.commands()
			.clientList()
			.lines()
			.filter((line) -> line.contains("cmd=subscribe"))
			.findFirst()
			.orElseThrow());
		int seen = 0;
		while (buffers.find()) {
			assertThat(Long.parseLong(buffers.group(1))).as(buffers.group()).isZero();
			seen++;
		}
		assertThat(seen).isEqualTo(2);
	}

	@Test
	void saysOncePerEpisodeThatMessagesAreDropped(RedisServer redis) {
		try (CapturedLog log = new CapturedLog()) {
			listen(OverflowPolicy.DROP_OLDEST, 10);
			publish(redis, 0, 100);
			await().until(() -> this.events.overflowed() == 89);
			assertThat(log.warnings()).singleElement().asString().contains("'slow'", "buffer of 10 messages", "oldest");
			this.block.countDown();
			await().until(() -> this.slow.count() == 11);
		}
	}

}
