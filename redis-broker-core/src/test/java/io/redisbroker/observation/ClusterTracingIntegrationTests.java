package io.redisbroker.observation;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.observation.TracingIntegrationTests.Way;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.Traces;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Traces through a cluster, from one node to another.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class ClusterTracingIntegrationTests {

	@ParameterizedTest
	@EnumSource
	void areOneFromARequestThroughListenersOnTwoNodes(Way way, RedisCluster redis) {
		assertThat(redis.primaryOf("orders")).isNotEqualTo(redis.primaryOf("invoices"));
		try (Traces traces = new Traces();
				TestBroker instance = TestBroker.observed(redis,
						new BrokerObservations(traces.registry(), null, null))) {
			way.listen(instance, "orders", DeliveryHandler.of((delivery, ack) -> way.send(instance, "invoices", "b")));
			way.listen(instance, "invoices", new Recorder().handler());
			traces.request(() -> way.send(instance, "orders", "a"));
			await().untilAsserted(() -> assertThat(traces.spans("invoices receive")).singleElement()
				.satisfies((last) -> assertThat(traces.way(last))
					.isEqualTo("request > orders send > orders receive > invoices send > invoices receive")));
			await().untilAsserted(() -> assertThat(traces.spans()).hasSize(5)
				.extracting(SpanData::getTraceId)
				.containsOnly(traces.spans("request").get(0).getTraceId()));
		}
	}

}
