package io.redisbroker.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.redisbroker.listener.ListenerRuntime.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections group what they write, know where each read ends, and are what the
 * application made of them besides.
 */
@WithRedis
class ConnectionPipelineIntegrationTests {

	@Test
	void keepsWhatTheApplicationWantsForItsConnections(RedisServer redis) {
		List<Channel> customized = new CopyOnWriteArrayList<>();
		ClientResources resources = ClientResources.builder().nettyCustomizer(new NettyCustomizer() {
			@Override
			public void afterChannelInitialized(Channel channel) {
				customized.add(channel);
			}
		}).build();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder().clientResources(resources).build();
		try (TestBroker broker = new TestBroker(TestBroker.configuration(redis), client, "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			broker.broker().queue("orders").send("one");
			assertThat(customized).isNotEmpty().allSatisfy((channel) -> {
				assertThat(channel.pipeline().first()).isInstanceOf(IoThread.Reads.class);
				assertThat(channel.pipeline().get(FlushConsolidationHandler.class)).isNotNull();
			});
		}
		finally {
			resources.shutdown().awaitUninterruptibly();
		}
	}

}
