package io.redisbroker.engine.channel;

import java.time.Duration;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener to channels goes on after a pause while Redis is away.
 */
@WithRedis
class ResumedChannelIntegrationTests {

	@Test
	void tellsOfOneGapFromThePauseUntilItHearsAgain(RedisServer redis) {
		RecordedEvents events = new RecordedEvents();
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis, "resuming", events)) {
			ListenerContainer listener = broker
				.listen(ChannelEndpoint.builder("news").channels("news").handler(recorder.handler()));
			listener.pause().join();
			long paused = System.nanoTime();
			await().during(Duration.ofSeconds(1)).until(() -> events.gaps().isEmpty());
			redis.kill();
			listener.resume().join();
			assertThat(listener.isConnected()).isFalse();
			assertThat(events.gaps()).as("gaps that have ended without Redis").isEmpty();
			Duration away = Duration.ofNanos(System.nanoTime() - paused);
			redis.restart();
			await().until(() -> events.gaps().size() == 1);
			Duration longest = Duration.ofNanos(System.nanoTime() - paused).plusSeconds(1);
			assertThat(events.gaps()).singleElement().satisfies((gap) -> {
				assertThat(gap.channel()).isEqualTo("news");
				assertThat(gap.duration()).isBetween(away, longest);
			});
			assertThat(listener.isConnected()).isTrue();
			redis.commands().publish("news", "after");
			await().until(() -> recorder.texts().contains("after"));
		}
	}

}
