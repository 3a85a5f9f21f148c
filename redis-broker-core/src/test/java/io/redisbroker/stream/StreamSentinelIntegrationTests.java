package io.redisbroker.stream;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import io.lettuce.core.Range;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams behind Sentinels, whose primary is killed.
 */
@WithRedis(topology = RedisTopology.SENTINEL)
class StreamSentinelIntegrationTests {

	@Test
	void goesOnWithTheNewPrimaryWhenTheOldOneIsKilledUnderLoad(RedisSentinel redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build())
				.handler(recorder.handler()));
			Load load = Load.every(Duration.ofMillis(1), (text) -> broker.broker().stream("orders").send(text));
			await().until(() -> recorder.count() > 300);
			redis.primary().kill();
			int before = recorder.count();
			await().until(() -> recorder.count() > before + 300);
			load.stop();
			Set<String> kept = redis.primary()
				.commands()
				.xrange("orders", Range.unbounded())
				.stream()
				.map((entry) -> entry.getBody().get("payload"))
				.collect(Collectors.toSet());
			await().untilAsserted(() -> assertThat(recorder.texts()).containsAll(kept));
		}
	}

}
