package io.redisbroker.client;

import java.util.List;

import io.lettuce.core.AclSetuserArgs;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisClusterConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every connection to a cluster logs in as the application's connection factory says.
 */
class ClusterLoginIntegrationTests {

	@Test
	void everyConnectionIsOfTheUserThatIsConfigured() {
		try (RedisCluster redis = RedisCluster.start()) {
			redis.awaitHealthy();
			redis.nodes()
				.forEach((node) -> node.commands()
					.aclSetuser("shop",
							AclSetuserArgs.Builder.on().addPassword("secret").allKeys().allChannels().allCommands()));
			RedisClusterConfiguration configuration = (RedisClusterConfiguration) TestBroker.configuration(redis);
			configuration.setUsername("shop");
			configuration.setPassword("secret");
			try (TestBroker broker = new TestBroker(configuration, "test", WorkerExecutors.platformThreads(),
					BrokerEvents.NONE)) {
				RedisConnections connections = broker.connections();
				assertThat(user(connections.shared())).isEqualTo("shop");
				RedisConnection dedicated = connections.dedicated("orders");
				assertThat(user(dedicated)).isEqualTo("shop");
				dedicated.close();
				List<RedisConnection> primaries = connections.primaries().join();
				assertThat(primaries).hasSize(3).extracting(ClusterLoginIntegrationTests::user).containsOnly("shop");
				primaries.forEach(RedisConnection::close);
				Runnable end = broker.pubSub().wakeUps().listen("orders", (signal) -> {
				});
				await().untilAsserted(() -> assertThat(redis.nodes())
					.anySatisfy((node) -> assertThat(node.commands().clientList()).contains("sub=1")));
				assertThat(redis.nodes()).allSatisfy((node) -> assertThat(node.commands().clientList().lines())
					.filteredOn((client) -> client.contains(" sub=1 "))
					.allMatch((client) -> client.contains(" user=shop ")));
				end.run();
			}
		}
	}

	private static String user(RedisConnection connection) {
		return Failures.join(() -> connection.send(Command.of("ACL", Reply.STRING).arg("WHOAMI")));
	}

}
