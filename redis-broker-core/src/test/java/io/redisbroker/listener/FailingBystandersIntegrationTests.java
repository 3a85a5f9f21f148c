package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.lettuce.core.Range;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.retry.BatchListenerFailedException;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.retry.RetryAfterException;
import io.redisbroker.support.BatchHandler;
import io.redisbroker.support.BatchHandler.BatchListener;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code around a listener fails: exceptions whose methods throw, error handlers,
 * reports, observations. Messages are still settled once, and so are the others in the
 * batch.
 */
@WithRedis
class FailingBystandersIntegrationTests {

	private static final String SOURCE = "orders";

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void whateverIsThrownConcernsItsMessageAlone(TestedTransport transport, RedisServer redis) {
		Map<String, Throwable> failures = Map.of("no-message", new WithoutMessage(), "no-cause", new WithoutCause(),
				"no-end", manyCauses());
		List<String> handled = new ArrayList<>();
		BatchListener batch = (deliveries) -> {
			Map<Integer, Throwable> failed = new HashMap<>();
			for (int i = 0; i < deliveries.size(); i++) {
				String text = String.valueOf(deliveries.get(i).text());
				if (failures.containsKey(text)) {
					failed.put(i, failures.get(text));
				}
				else {
					handled.add(text);
				}
			}
			if (!failed.isEmpty()) {
				throw new BatchListenerFailedException("some failed", failed);
			}
		};
		List<String> sent = new ArrayList<>(failures.keySet());
		sent.addAll(List.of("one", "two", "three"));
		try (TestBroker broker = new TestBroker(redis, this.events, ListenerAdvice.NONE)) {
			listen(transport, broker, new BatchHandler(batch));
			transport.send(broker.broker(), SOURCE, sent);
			Patience.await().until(() -> letters(redis).size() == 3);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
		assertThat(handled).containsExactlyInAnyOrder("one", "two", "three");
		assertThat(letters(redis)).allSatisfy((letter) -> assertThat(letter).containsEntry("dead-letter-failures", "2")
			.containsEntry("dead-letter-exception", failures.get(letter.get("payload")).getClass().getName()));
	}

	@ParameterizedTest
	@EnumSource
	void anErrorHandlerThatEndsWithAnErrorDecidesNothing(TestedTransport transport, RedisServer redis) {
		ListenerErrorHandler broken = (listener, delivery, failure) -> {
			throw new NoClassDefFoundError("can't decide");
		};
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no");
		});
		try (TestBroker broker = new TestBroker(redis, this.events, new ListenerAdvice(List.of(), List.of(broken)))) {
			listen(transport, broker, recorder.handler());
			transport.send(broker.broker(), SOURCE, List.of("x"));
			Patience.await().until(() -> letters(redis).size() == 1);
		}
		assertThat(recorder.count()).isEqualTo(2);
		assertThat(letters(redis).get(0)).containsEntry("dead-letter-reason", "DELIVERIES_EXHAUSTED");
	}

	@ParameterizedTest
	@EnumSource
	void aPauseMayLastForEver(TestedTransport transport, RedisServer redis) {
		Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
		ListenerErrorHandler patient = (listener, delivery, failure) -> (failure instanceof IllegalStateException)
				? new FailurePolicy.Retry(forEver) : null;
		BatchListener batch = (deliveries) -> {
			if (deliveries.stream().anyMatch((delivery) -> "handler".equals(delivery.text()))) {
				throw new IllegalStateException("no");
			}
			throw new RetryAfterException("no", forEver);
		};
		try (TestBroker broker = new TestBroker(redis, this.events, new ListenerAdvice(List.of(), List.of(patient)))) {
			listen(transport, broker, new BatchHandler(batch));
			transport.send(broker.broker(), SOURCE, List.of("handler", "neighbour"));
			Patience.await().until(() -> this.events.retried() == 2);
			transport.send(broker.broker(), SOURCE, List.of("exception", "neighbour"));
			Patience.await().until(() -> this.events.retried() == 4);
		}
		assertThat(transport.inFlight(redis.commands(), SOURCE)).hasSize(4);
		assertThat(letters(redis)).isEmpty();
	}

	/** The failure would otherwise happen before the message is acknowledged. */
	@ParameterizedTest
	@EnumSource
	void whoIsToldKeepsNothingFromBeingSettled(TestedTransport transport, RedisServer redis) {
		BrokerEvents broken = new BrokerEvents() {

			@Override
			public void begun(String listener, Delivery delivery) {
				throw new NoClassDefFoundError("begun");
			}

			@Override
			public void handled(String listener, List<Delivery> deliveries, Duration duration) {
				throw new NoClassDefFoundError("handled");
			}

			@Override
			public void failed(String listener, List<Delivery> deliveries, Throwable failure) {
				throw new NoClassDefFoundError("failed");
			}

		};
		for (List<BrokerEvents> told : List.of(List.of(broken), List.of(broken, this.events))) {
			redis.commands().flushall();
			Recorder recorder = failingOn("bad");
			try (TestBroker broker = new TestBroker(redis, BrokerEvents.composite(told), ListenerAdvice.NONE)) {
				listen(transport, broker, recorder.handler());
				transport.send(broker.broker(), SOURCE, List.of("good", "bad"));
				Patience.await().until(() -> letters(redis).size() == 1);
				Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			}
			assertThat(recorder.texts()).containsExactlyInAnyOrder("good", "bad", "bad");
		}
		assertThat(this.events.handled()).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void whoObservesKeepsNothingFromBeingSettledOrSent(TestedTransport transport, RedisServer redis) {
		for (String moment : List.of("start", "scope", "error", "end")) {
			redis.commands().flushall();
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new BrokenHandler(moment));
			Recorder recorder = failingOn("bad");
			try (TestBroker broker = TestBroker.observed(redis, new BrokerObservations(registry, null, null))) {
				listen(transport, broker, recorder.handler());
				transport.send(broker.broker(), SOURCE, List.of("good", "bad"));
				Patience.await().until(() -> letters(redis).size() == 1);
				Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			}
			assertThat(recorder.texts()).as(moment).containsExactlyInAnyOrder("good", "bad", "bad");
		}
	}

	private static Recorder failingOn(String text) {
		return new Recorder((delivery, acknowledgment) -> {
			if (text.equals(delivery.text())) {
				throw new IllegalStateException("no");
			}
		});
	}

	private static void listen(TestedTransport transport, TestBroker broker, DeliveryHandler handler) {
		broker.listen(transport.endpoint(SOURCE,
				TestSettings.defaults().maxAttempts(2).backoff(TestSettings.NO_PAUSE).build(), handler));
	}

	private static List<Map<String, String>> letters(RedisServer redis) {
		return redis.commands()
			.xrange(DeadLetter.keyFor(SOURCE), Range.unbounded())
			.stream()
			.map((letter) -> letter.getBody())
			.toList();
	}

	/** More causes than the stack allows for code that visits them recursively. */
	private static Throwable manyCauses() {
		return Stream.iterate(new RuntimeException("first"), (cause) -> new RuntimeException("next", cause))
			.skip(100_000)
			.findFirst()
			.orElseThrow();
	}

	private static final class WithoutMessage extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

	}

	private static final class WithoutCause extends RuntimeException {

		@Override
		public synchronized Throwable getCause() {
			throw new IllegalStateException("no cause");
		}

	}

	private record BrokenHandler(String moment) implements ObservationHandler<Observation.Context> {

		private void is(String now) {
			if (now.equals(this.moment)) {
				throw new NoClassDefFoundError(now);
			}
		}

		@Override
		public void onStart(Observation.Context context) {
			is("start");
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			is("scope");
		}

		@Override
		public void onError(Observation.Context context) {
			is("error");
		}

		@Override
		public void onStop(Observation.Context context) {
			is("end");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
