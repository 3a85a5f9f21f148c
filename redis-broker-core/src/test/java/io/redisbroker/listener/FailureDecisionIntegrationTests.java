package io.redisbroker.listener;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.ExceptionRules.Treatment;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.retry.RetryAfterException;
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
 * The decision about a message whose listener failed: by the exception, the settings, and
 * the application's error handlers.
 */
@WithRedis
class FailureDecisionIntegrationTests {

	private static final String SOURCE = "orders";

	private final RecordedEvents events = new RecordedEvents();

	private final List<String> calls = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@EnumSource
	void aListenerSaysHowLongToWait(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			this.calls.add(String.valueOf(System.currentTimeMillis()));
			if (delivery.failureCount() == 0) {
				throw new CompletionException(new RetryAfterException("not now", Duration.ofMillis(700)));
			}
		});
		try (TestBroker broker = listen(transport, redis, TestSettings.defaults(), recorder, ListenerAdvice.NONE)) {
			transport.send(broker.broker(), SOURCE, List.of("x"));
			Patience.await().until(() -> recorder.count() == 2);
		}
		// otherwise 900 to 1000 ms, the default of the backoff
		assertThat(Long.parseLong(this.calls.get(1)) - Long.parseLong(this.calls.get(0))).isBetween(690L, 899L);
	}

	@ParameterizedTest
	@EnumSource
	void aListenerSaysThatNothingWillMendIt(TestedTransport transport, RedisServer redis) {
		Recorder recorder = failing(new CompletionException(new DoNotRetryException("closed for good")));
		try (TestBroker broker = listen(transport, redis, TestSettings.defaults(), recorder, ListenerAdvice.NONE)) {
			transport.send(broker.broker(), SOURCE, List.of("x"));
			assertThat(onlyDeadLetter(redis)).containsEntry("dead-letter-reason", "REJECTED")
				.containsEntry("dead-letter-deliveries", "1");
		}
	}

	/** The outermost exception that has a rule decides, and of its rules the nearest. */
	@ParameterizedTest
	@EnumSource
	void exceptionsAreTreatedAsIsSaidForTheirClasses(TestedTransport transport, RedisServer redis) {
		ExceptionRules rules = ExceptionRules.DEFAULTS.with(Treatment.DEAD_LETTER, List.of(IOException.class))
			.with(Treatment.DROP, List.of(FileNotFoundException.class))
			.with(Treatment.RETRY, List.of(ClassCastException.class));
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			switch (String.valueOf(delivery.text())) {
				case "dead" -> throw new UncheckedIOException(new IOException("broken"));
				case "drop" -> throw new UncheckedIOException(new FileNotFoundException("gone"));
				default -> throw new ClassCastException("otherwise a dead letter at once");
			}
		});
		try (TestBroker broker = listen(transport, redis,
				TestSettings.defaults().maxAttempts(2).backoff(TestSettings.NO_PAUSE).exceptions(rules), recorder,
				ListenerAdvice.NONE)) {
			transport.send(broker.broker(), SOURCE, List.of("dead", "drop", "retry"));
			Patience.await().until(() -> letters(redis).size() == 2);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(recorder.texts()).containsExactlyInAnyOrder("dead", "drop", "retry", "retry");
			assertThat(letters(redis)).extracting((letter) -> letter.get("payload") + letter.get("dead-letter-reason"))
				.containsExactlyInAnyOrder("deadNOT_RETRYABLE", "retryDELIVERIES_EXHAUSTED");
			assertThat(this.events.dropped()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource
	void anErrorHandlerDecidesBeforeTheSettingsDo(TestedTransport transport, RedisServer redis) {
		ListenerErrorHandler undecided = (listener, delivery, failure) -> {
			this.calls.add(listener + " " + delivery.text() + " " + failure.getMessage());
			return null;
		};
		ListenerErrorHandler broken = (listener, delivery, failure) -> {
			throw new IllegalStateException("can't decide");
		};
		ListenerErrorHandler deciding = (listener, delivery, failure) -> switch (String.valueOf(delivery.text())) {
			case "drop" -> new FailurePolicy.Drop();
			case "dead" -> new FailurePolicy.GiveUp();
			case "again" ->
				(delivery.failureCount() < 3) ? new FailurePolicy.Retry(Duration.ZERO) : new FailurePolicy.Drop();
			default -> null;
		};
		Recorder recorder = failing(new IllegalStateException("no"));
		try (TestBroker broker = listen(transport, redis, TestSettings.defaults().maxAttempts(1), recorder,
				new ListenerAdvice(List.of(), List.of(undecided, broken, deciding)))) {
			transport.send(broker.broker(), SOURCE, List.of("drop", "dead", "again", "settings"));
			Patience.await().until(() -> letters(redis).size() == 2 && recorder.count() == 7);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(letters(redis)).extracting((letter) -> letter.get("payload") + letter.get("dead-letter-reason"))
				.containsExactlyInAnyOrder("deadREJECTED", "settingsDELIVERIES_EXHAUSTED");
			assertThat(recorder.texts()).filteredOn("again"::equals).hasSize(4);
			assertThat(this.calls).contains("worker drop no", "worker settings no");
			assertThat(this.events.dropped()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void interceptorsStandAroundTheCallTheFirstOutermost(TestedTransport transport, RedisServer redis) {
		ListenerInterceptor outer = (invocation) -> {
			this.calls.add("outer " + invocation.listenerId() + " "
					+ invocation.deliveries().stream().map(Delivery::text).toList());
			try {
				invocation.proceed();
			}
			finally {
				this.calls.add("outer ends");
			}
		};
		ListenerInterceptor inner = (invocation) -> {
			this.calls.add("inner");
			if (!"skip".equals(invocation.deliveries().get(0).text())) {
				invocation.proceed();
			}
		};
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			this.calls.add("listener");
			if ("bad".equals(delivery.text())) {
				throw new DoNotRetryException("bad");
			}
		});
		try (TestBroker broker = listen(transport, redis, TestSettings.defaults(), recorder,
				new ListenerAdvice(List.of(outer, inner), List.of()))) {
			transport.send(broker.broker(), SOURCE, List.of("good", "skip", "bad"));
			Patience.await().until(() -> letters(redis).size() == 1);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(this.calls).containsExactly("outer worker [good]", "inner", "listener", "outer ends",
					"outer worker [skip]", "inner", "outer ends", "outer worker [bad]", "inner", "listener",
					"outer ends");
			assertThat(this.events.handled()).isEqualTo(2);
		}
	}

	private static Recorder failing(RuntimeException failure) {
		return new Recorder((delivery, acknowledgment) -> {
			throw failure;
		});
	}

	private TestBroker listen(TestedTransport transport, RedisServer redis, TestSettings settings, Recorder recorder,
			ListenerAdvice advice) {
		TestBroker broker = new TestBroker(redis, this.events, advice);
		broker.listen(transport.endpoint(SOURCE, settings.build(), recorder.handler()));
		return broker;
	}

	private static Map<String, String> onlyDeadLetter(RedisServer redis) {
		Patience.await().until(() -> letters(redis).size() == 1);
		return letters(redis).get(0);
	}

	private static List<Map<String, String>> letters(RedisServer redis) {
		return redis.commands()
			.xrange(DeadLetter.keyFor(SOURCE), Range.unbounded())
			.stream()
			.map((letter) -> letter.getBody())
			.toList();
	}

}
