package io.redisbroker.client;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lettuce.core.protocol.CommandHandler;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections group their writes, know where each read ends, are used only when they are
 * ready, and keep the settings of the application.
 */
@WithRedis
class ConnectionPipelineIntegrationTests {

	private @Nullable ClientResources resources;

	@AfterEach
	void shutDown() {
		Objects.requireNonNull(this.resources).shutdown().awaitUninterruptibly();
	}

	@Test
	void keepsWhatTheApplicationWantsForItsConnections(RedisServer redis) {
		List<Channel> customized = new CopyOnWriteArrayList<>();
		try (TestBroker broker = broker(redis, customized::add)) {
			broker.broker().queue("orders").send("one");
			assertThat(customized).isNotEmpty().allSatisfy((channel) -> {
				assertThat(channel.pipeline().first()).isInstanceOf(IoThread.Reads.class);
				assertThat(channel.pipeline().get(FlushConsolidationHandler.class)).isNotNull();
			});
		}
	}

	/**
	 * The driver may report a connection before its I/O thread knows it, which is
	 * simulated here: commands that are sent before would be refused.
	 */
	@Test
	void areUsedWhenTheIoThreadKnowsOfThem(RedisServer redis) {
		try (TestBroker broker = broker(redis, ConnectionPipelineIntegrationTests::activateLate)) {
			RedisConnection dedicated = broker.connections().dedicated("orders");
			assertThat(dedicated.send(Command.of("PING", Reply.STRING)).join()).isEqualTo("PONG");
			Recorder heard = new Recorder();
			broker.listen(ChannelEndpoint.builder("watch")
				.channels("prices")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(heard.handler()));
			broker.broker().channel("prices").publish("1");
			await().until(() -> heard.count() == 1);
		}
	}

	private TestBroker broker(RedisServer redis, Consumer<Channel> customizer) {
		this.resources = ClientResources.builder().nettyCustomizer(new NettyCustomizer() {
			@Override
			public void afterChannelInitialized(Channel channel) {
				customizer.accept(channel);
			}
		}).build();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.clientResources(this.resources)
			.build();
		return new TestBroker(TestBroker.configuration(redis), client, "test", WorkerExecutors.platformThreads(),
				BrokerEvents.NONE);
	}

	private static void activateLate(Channel channel) {
		String commands = channel.pipeline().context(CommandHandler.class).name();
		channel.pipeline().addBefore(commands, "late", new ChannelInboundHandlerAdapter() {
			@Override
			public void channelActive(ChannelHandlerContext context) {
				context.executor().schedule(context::fireChannelActive, 200, TimeUnit.MILLISECONDS);
			}
		});
	}

}
