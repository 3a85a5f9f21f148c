package io.redisbroker.engine.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.client.pubsub.Topic;
import io.redisbroker.client.pubsub.Topic.Kind;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelFeed}.
 */
class ChannelFeedTests {

	private static final Exception BROKEN = new IllegalStateException("broken");

	@Test
	void isConnectedAgainWhenAllThatWasLostIsBackAlsoIfSomethingNeverWasThere() throws IOException {
		RecordedEvents events = new RecordedEvents();
		// nobody answers there, so nothing is subscribed
		try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				RedisConnections connections = RedisConnections
					.from(new LettuceConnectionFactory("127.0.0.1", mute.getLocalPort()));
				PubSub pubSub = new PubSub(connections);
				ListenerRuntime runtime = new ListenerRuntime(WorkerExecutors.platformThreads(), events)) {
			ChannelFeed feed = new ChannelFeed(connections, pubSub,
					ChannelEndpoint.builder("listener").channels("a", "b").handler(new Recorder().handler()), runtime);
			feed.open((delivery) -> {
			}, Duration.ZERO);
			Topic a = new Topic(Kind.CHANNEL, "a");
			feed.unavailable(a, BROKEN);
			feed.healed(a, Duration.ofMillis(5));
			assertThat(events.disconnected()).isEqualTo(1);
			assertThat(events.reconnected()).isEqualTo(1);
			feed.unavailable(a, BROKEN);
			assertThat(events.disconnected()).isEqualTo(2);
			feed.close();
		}
	}

}
