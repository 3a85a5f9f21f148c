package io.redisbroker.observation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.Range;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Traces;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Traces through Redis, by a real tracer.
 */
@WithRedis
class TracingIntegrationTests {

	private static final String W3C = "00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]";

	private final Traces traces = new Traces();

	private RedisServer redis;

	private TestBroker instance;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.instance = observed(new BrokerObservations(this.traces.registry(), null, null));
	}

	private TestBroker observed(BrokerObservations observations) {
		return TestBroker.observed(this.redis, observations);
	}

	@AfterEach
	void stop() {
		this.instance.close();
		this.traces.close();
	}

	@ParameterizedTest
	@EnumSource
	void isOneFromARequestThroughTwoListeners(Way way) {
		way.listen(this.instance, "one", DeliveryHandler.of((delivery, ack) -> way.send(this.instance, "two", "b")));
		way.listen(this.instance, "two", new Recorder().handler());
		this.traces.request(() -> way.send(this.instance, "one", "a"));
		await().untilAsserted(() -> assertThat(this.traces.spans("two receive")).singleElement()
			.satisfies((last) -> assertThat(this.traces.way(last))
				.isEqualTo("request > one send > one receive > two send > two receive")));
		await().untilAsserted(() -> assertThat(this.traces.spans()).hasSize(5)
			.extracting(SpanData::getTraceId)
			.containsOnly(this.traces.spans("request").get(0).getTraceId()));
		assertThat(this.traces.spans("one send")).extracting(SpanData::getKind).containsExactly(SpanKind.PRODUCER);
		assertThat(this.traces.spans("one receive")).extracting(SpanData::getKind).containsExactly(SpanKind.CONSUMER);
	}

	@Test
	void travelsAsAFieldOfAStreamAndAsAHeaderOfAnEnvelope() {
		this.traces.request(() -> {
			this.instance.broker().stream("entries").withHeader("tenant", "eu").send("a");
			this.instance.broker().queue("list").sendAll(List.of("a", "b"));
		});
		assertThat(this.redis.commands().xrange("entries", Range.unbounded())).singleElement()
			.satisfies((entry) -> assertThat(entry.getBody()).containsEntry("payload", "a")
				.containsEntry("tenant", "eu")
				.hasEntrySatisfying("traceparent", (value) -> assertThat(value).matches(W3C)));
		assertThat(this.redis.commands().lrange("list", 0, -1)).hasSize(2)
			.allSatisfy((value) -> assertThat(Envelope.decode(value.getBytes(UTF_8)).headers())
				.hasEntrySatisfying("traceparent", (header) -> assertThat(header).matches(W3C)));
	}

	@Test
	void addsNothingToMessagesWhereNobodyObserves() {
		ObservationRegistry withoutHandlers = ObservationRegistry.create();
		Recorder recorder = new Recorder();
		try (TestBroker plain = observed(new BrokerObservations(withoutHandlers, null, null))) {
			Way.CHANNEL.listen(plain, "heard", recorder.handler());
			plain.broker().stream("entries").send("a");
			plain.broker().queue("list").send("a");
			plain.broker().channel("heard").publish("a");
			await().until(() -> recorder.count() == 1);
		}
		assertThat(this.redis.commands().xrange("entries", Range.unbounded())).singleElement()
			.satisfies((entry) -> assertThat(entry.getBody()).containsOnlyKeys("payload"));
		assertThat(this.redis.commands().lrange("list", 0, -1)).containsExactly("a");
		assertThat(recorder.deliveries()).singleElement()
			.satisfies((delivery) -> assertThat(delivery.headers()).doesNotContainKey("traceparent"));
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "QUEUE" })
	void holdsAllDeliveriesOfAMessageAndSaysWhichFailed(Way way) {
		this.traces.request(() -> way.send(this.instance, "one", "a"));
		way.listen(this.instance, "one", new Recorder((delivery, ack) -> {
			if (delivery.deliveryCount() == 1) {
				throw new IllegalStateException("not yet");
			}
		}).handler());
		await().untilAsserted(() -> assertThat(this.traces.spans("one receive")).hasSize(2));
		assertThat(this.traces.spans("one receive")).extracting((span) -> span.getStatus().getStatusCode())
			.containsExactly(StatusCode.ERROR, StatusCode.UNSET);
		assertThat(this.traces.spans("one receive"))
			.allSatisfy((span) -> assertThat(this.traces.way(span)).isEqualTo("request > one send > one receive"));
		assertThat(this.traces.spans("one receive"))
			.extracting((span) -> span.getAttributes().get(AttributeKey.stringKey("redis.broker.delivery.count")))
			.containsExactly("1", "2");
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "QUEUE" })
	void goesOnInABatchThatCameFromOneCall(Way way) {
		this.traces.request(() -> way.sendAll(this.instance, "one", List.of("a", "b", "c")));
		way.listen(this.instance, "one", batchListener(way));
		await().untilAsserted(() -> assertThat(this.traces.spans("two send")).singleElement()
			.satisfies((span) -> assertThat(this.traces.way(span))
				.isEqualTo("request > one send > one receive > two send")));
		await()
			.untilAsserted(() -> assertThat(this.traces.spans("one receive")).singleElement()
				.satisfies((span) -> assertThat(
						span.getAttributes().get(AttributeKey.stringKey("messaging.batch.message_count")))
					.isEqualTo("3")));
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "QUEUE" })
	void beginsWithABatchOfSeveralTraces(Way way) {
		this.traces.request(() -> way.send(this.instance, "one", "a"));
		this.traces.request(() -> way.send(this.instance, "one", "b"));
		way.listen(this.instance, "one", batchListener(way));
		await().untilAsserted(() -> assertThat(this.traces.spans("one receive")).singleElement()
			.satisfies((span) -> assertThat(this.traces.way(span)).isEqualTo("one receive")));
		assertThat(this.traces.way(this.traces.spans("two send").get(0))).isEqualTo("one receive > two send");
	}

	private DeliveryHandler batchListener(Way way) {
		return Listeners.method(new Object() {

			@SuppressWarnings("unused")
			public void handle(List<String> batch) {
				way.send(TracingIntegrationTests.this.instance, "two", String.join("", batch));
			}

		});
	}

	@Test
	void beginsWithAMessageOfAnotherClientOrGoesOnWithIts() {
		Way.STREAM.listen(this.instance, "one", new Recorder().handler());
		Way.QUEUE.listen(this.instance, "list", new Recorder().handler());
		this.redis.commands().lpush("list", "plain");
		this.redis.commands()
			.xadd("one", Map.of("subject", "hello", "traceparent",
					"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
		await().untilAsserted(() -> assertThat(this.traces.spans("list receive")).singleElement()
			.satisfies((span) -> assertThat(span.getParentSpanContext().isValid()).isFalse()));
		await().untilAsserted(() -> assertThat(this.traces.spans("one receive")).singleElement()
			.satisfies((span) -> assertThat(span.getParentSpanContext().getTraceId())
				.isEqualTo("0af7651916cd43dd8448eb211c80319c")));
	}

	@Test
	void followsAMessageThatIsSentOn() {
		List<Message<?>> received = new CopyOnWriteArrayList<>();
		Way.QUEUE.listen(this.instance, "one", Listeners.method(new Object() {

			@SuppressWarnings("unused")
			public void handle(Message<String> message) {
				Way.QUEUE.send(TracingIntegrationTests.this.instance, "two",
						MessageBuilder.withPayload("on").copyHeaders(message.getHeaders()).build());
				received.add(message);
			}

		}));
		Way.QUEUE.listen(this.instance, "two", new Recorder().handler());
		this.traces.request(() -> Way.QUEUE.send(this.instance, "one", "a"));
		await().untilAsserted(() -> assertThat(this.traces.spans("two receive")).singleElement()
			.satisfies((span) -> assertThat(this.traces.way(span))
				.isEqualTo("request > one send > one receive > two send > two receive")));
		assertThat(received.get(0).getHeaders()).containsKey("traceparent");
	}

	@Test
	void tellsWhyNothingWasSent() {
		this.redis.commands().set("taken", "by a string");
		assertThatExceptionOfType(RedisErrorException.class)
			.isThrownBy(() -> this.instance.broker().queue("taken").send("a"));
		assertThat(this.traces.spans("taken send")).singleElement().satisfies((span) -> {
			assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
			assertThat(span.getEvents()).singleElement()
				.satisfies((event) -> assertThat(event.getAttributes().asMap().toString())
					.contains(RedisErrorException.class.getName()));
		});
	}

	@Test
	void calledByChannelsThatAreNotFewOnlyInTraces() {
		this.instance.listen(ChannelEndpoint.builder("news").patterns("news.*").handler(new Recorder().handler()));
		this.instance.broker().channel("news.eu").publish("a");
		await().untilAsserted(() -> assertThat(this.traces.spans("news.* receive")).singleElement()
			.satisfies((span) -> assertThat(span.getAttributes().get(AttributeKey.stringKey("redis.broker.channel")))
				.isEqualTo("news.eu")));
		assertThat(this.traces.spans("news.eu send")).singleElement()
			.satisfies(
					(span) -> assertThat(span.getAttributes().get(AttributeKey.stringKey("messaging.destination.name")))
						.isEqualTo("none"));
	}

	@Test
	void isNamedByTheApplicationsConventions() {
		BrokerSendObservationConvention send = new DefaultBrokerSendObservationConvention() {

			@Override
			public String getContextualName(BrokerSendContext context) {
				return "put " + context.destination();
			}

		};
		BrokerReceiveObservationConvention receive = new BrokerReceiveObservationConvention() {

			@Override
			public String getContextualName(BrokerReceiveContext context) {
				return "got by " + context.listener();
			}

			@Override
			public KeyValues getLowCardinalityKeyValues(BrokerReceiveContext context) {
				return KeyValues.of("team", "sales");
			}

		};
		try (TestBroker own = observed(new BrokerObservations(this.traces.registry(), send, receive))) {
			Way.QUEUE.listen(own, "one", new Recorder().handler());
			own.broker().queue("one").send("a");
			await().untilAsserted(() -> assertThat(this.traces.spans("got by one")).singleElement()
				.satisfies((span) -> assertThat(span.getAttributes().get(AttributeKey.stringKey("team")))
					.isEqualTo("sales")));
			assertThat(this.traces.spans("put one")).hasSize(1);
		}
	}

	@Test
	void losesNoMessageToAConventionThatFails() {
		BrokerReceiveObservationConvention broken = new BrokerReceiveObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(BrokerReceiveContext context) {
				throw new IllegalStateException("broken");
			}

		};
		Recorder recorder = new Recorder();
		try (TestBroker own = observed(new BrokerObservations(this.traces.registry(), null, broken))) {
			Way.QUEUE.listen(own, "one", recorder.handler());
			own.broker().queue("one").send("a");
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a"));
			await().untilAsserted(() -> assertThat(own.broker().queue("one").inFlight()).isZero());
		}
	}

	/** How messages travel. */
	enum Way {

		STREAM {

			@Override
			ListenerEndpoint endpoint(String source, DeliveryHandler handler) {
				return StreamEndpoint.builder(source)
					.streams(source)
					.group("group")
					.settings(TestSettings.defaults().backoff(TestSettings.NO_PAUSE).build())
					.handler(handler);
			}

			@Override
			void sendAll(TestBroker instance, String destination, List<?> payloads) {
				instance.broker().stream(destination).sendAll(payloads);
			}

			@Override
			void send(TestBroker instance, String destination, Object payload) {
				instance.broker().stream(destination).send(payload);
			}

		},

		QUEUE {

			@Override
			ListenerEndpoint endpoint(String source, DeliveryHandler handler) {
				return QueueEndpoint.builder(source)
					.queues(source)
					.settings(TestSettings.defaults().backoff(TestSettings.NO_PAUSE).build())
					.handler(handler);
			}

			@Override
			void sendAll(TestBroker instance, String destination, List<?> payloads) {
				instance.broker().queue(destination).sendAll(payloads);
			}

			@Override
			void send(TestBroker instance, String destination, Object payload) {
				instance.broker().queue(destination).send(payload);
			}

		},

		CHANNEL {

			@Override
			ListenerEndpoint endpoint(String source, DeliveryHandler handler) {
				return ChannelEndpoint.builder(source).channels(source).handler(handler);
			}

			@Override
			void sendAll(TestBroker instance, String destination, List<?> payloads) {
				payloads.forEach((payload) -> send(instance, destination, payload));
			}

			@Override
			void send(TestBroker instance, String destination, Object payload) {
				instance.broker().channel(destination).publish(payload);
			}

		};

		abstract ListenerEndpoint endpoint(String source, DeliveryHandler handler);

		abstract void sendAll(TestBroker instance, String destination, List<?> payloads);

		abstract void send(TestBroker instance, String destination, Object payload);

		void listen(TestBroker instance, String source, DeliveryHandler handler) {
			instance.listen(endpoint(source, handler));
		}

	}

}
