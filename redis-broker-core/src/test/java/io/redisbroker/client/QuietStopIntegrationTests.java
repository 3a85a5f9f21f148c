package io.redisbroker.client;

import java.util.List;
import java.util.Map;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A graceful shutdown logs no warning.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class QuietStopIntegrationTests {

	private static final List<String> SOURCES = List.of("orders", "invoices", "parcels");

	@ParameterizedTest
	@EnumSource
	void saysNothingWhenItStopsOnACluster(TestedTransport transport, RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (CapturedLog driver = new CapturedLog("io.lettuce"); CapturedLog own = new CapturedLog()) {
			try (TestBroker broker = new TestBroker(redis)) {
				broker.listen(ChannelEndpoint.builder("news")
					.channels(SOURCES.toArray(String[]::new))
					.handler(recorder.handler()));
				broker.listen(transport.endpoint(SOURCES, ListenerSettings.DEFAULTS, recorder.handler()));
				for (String source : SOURCES) {
					transport.send(broker.broker(), source, Map.of(), List.of("one", "two"));
				}
				await().until(() -> recorder.count() == 6);
			}
			assertThat(driver.warnings()).isEmpty();
			assertThat(own.warnings()).isEmpty();
		}
	}

}
