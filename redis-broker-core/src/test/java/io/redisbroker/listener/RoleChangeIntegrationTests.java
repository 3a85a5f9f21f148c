package io.redisbroker.listener;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TcpProxy;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two servers behind one address, which leads to the primary. When they change roles both
 * stay alive, and so do all connections.
 */
class RoleChangeIntegrationTests {

	private static final Duration HEALED = Duration.ofSeconds(10);

	@ParameterizedTest
	@EnumSource
	void sendsAndHandlesOnWhereTheAddressLeadsNow(TestedTransport transport) throws IOException {
		Recorder recorder = new Recorder();
		try (RedisServer one = RedisServer.start(); RedisServer other = RedisServer.start()) {
			follow(other, one);
			await().until(() -> other.info("replication").get("master_link_status").equals("up"));
			try (TcpProxy address = new TcpProxy(one); TestBroker broker = broker(address)) {
				ListenerContainer container = broker
					.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, recorder.handler()));
				Load load = Load.every(Duration.ofMillis(5),
						(text) -> transport.send(broker.broker(), "orders", List.of(text)));
				await().until(() -> recorder.count() > 100);
				handOver(one, other);
				address.leadTo(other);
				int handled = recorder.count();
				await().atMost(HEALED).until(() -> recorder.count() > handled + 100);
				assertThat(container.isConnected()).isTrue();
				int healed = load.count();
				await().until(() -> load.count() > healed + 100);
				load.stop();
				load.assertNothingFailed();
				List<String> sent = load.sent().subList(healed, load.count());
				await().atMost(HEALED).untilAsserted(() -> assertThat(recorder.missing(sent)).isEmpty());
				await().atMost(HEALED).until(() -> transport.inFlight(other.commands(), "orders").isEmpty());
			}
		}
	}

	/** A replica accepts a published message, and does not pass it on. */
	@Test
	void publishesAndSubscribesWhereTheAddressLeadsNow() throws IOException {
		Recorder here = new Recorder();
		Recorder there = new Recorder();
		try (RedisServer one = RedisServer.start(); RedisServer other = RedisServer.start()) {
			follow(other, one);
			await().until(() -> other.info("replication").get("master_link_status").equals("up"));
			try (TcpProxy address = new TcpProxy(one);
					TestBroker broker = broker(address);
					TestBroker neighbour = new TestBroker(other)) {
				broker.listen(ChannelEndpoint.builder("here").channels("news").handler(here.handler()));
				neighbour.listen(ChannelEndpoint.builder("there").channels("news").handler(there.handler()));
				try (Load load = Load.every(Duration.ofMillis(100),
						(text) -> broker.broker().channel("news").publish(text))) {
					await().during(Duration.ofSeconds(4))
						.until(() -> here.count() > 0 && there.count() > 0 && load.failed().isEmpty());
					other.commands().replicaofNoOne();
					follow(one, other);
					address.leadTo(other);
					await().atMost(HEALED).until(() -> other.commands().pubsubNumsub("news").get("news") == 2L);
					int before = there.count();
					await().atMost(HEALED).until(() -> there.count() > before + 10 && !here.texts().isEmpty());
				}
				int handled = here.count();
				await().atMost(HEALED).until(() -> broker.broker().channel("news").publish("last") == 2);
				await().until(() -> here.count() > handled);
			}
		}
	}

	/**
	 * Makes a replica the primary as {@code FAILOVER} does: replication is asynchronous,
	 * and without a pause Redis itself loses writes that it has just confirmed.
	 */
	private static void handOver(RedisServer from, RedisServer to) {
		client(from, "PAUSE", "60000", "WRITE");
		await().until(() -> to.info("replication")
			.get("slave_repl_offset")
			.equals(from.info("replication").get("master_repl_offset")));
		to.commands().replicaofNoOne();
		follow(from, to);
		client(from, "UNPAUSE");
	}

	private static void client(RedisServer server, String... arguments) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
		List.of(arguments).forEach(args::add);
		server.commands().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), args);
	}

	private static void follow(RedisServer replica, RedisServer primary) {
		replica.commands().replicaof(primary.host(), primary.port());
	}

	private static TestBroker broker(TcpProxy address) {
		return new TestBroker(new RedisStandaloneConfiguration("127.0.0.1", address.port()), "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

}
