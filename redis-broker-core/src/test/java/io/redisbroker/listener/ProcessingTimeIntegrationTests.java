package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.Range;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.ProcessingTimeoutException;
import io.redisbroker.support.BatchHandler;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls that exceed the time limit, or never return.
 */
@WithRedis
class ProcessingTimeIntegrationTests {

	private final CountDownLatch end = new CountDownLatch(1);

	private final RecordedEvents events = new RecordedEvents();

	private RedisServer redis;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.end.countDown();
	}

	private static TestSettings settings() {
		return TestSettings.defaults()
			.maxProcessingTime(Duration.ofMillis(100))
			.maxAttempts(2)
			.backoff(TestSettings.NO_PAUSE);
	}

	/** Like a call to a service that does not answer. */
	private void hangOn(String text, Delivery delivery) throws InterruptedException {
		if (text.equals(delivery.text())) {
			this.end.await();
		}
	}

	/** Like a call that ignores interrupts. */
	private void hangUninterruptibly() {
		boolean ended = false;
		while (!ended) {
			try {
				ended = this.end.await(1, TimeUnit.MINUTES);
			}
			catch (InterruptedException ex) {
				// that is the point
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aCallThatIsInterruptedHasFailed(TestedTransport transport) {
		Recorder recorder = new Recorder((delivery, ack) -> hangOn("first", delivery));
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			broker.listen(transport.endpoint("orders", settings().build(), recorder.handler()));
			transport.send(broker.broker(), "orders", List.of("first", "second"));
			await().untilAsserted(() -> assertThat(deadLetter()).containsEntry("payload", "first")
				.containsEntry("dead-letter-exception", ProcessingTimeoutException.class.getName())
				.containsEntry("dead-letter-failures", "2")
				.hasEntrySatisfying("dead-letter-message",
						(message) -> assertThat(message)
							.isEqualTo("Listener 'worker' exceeded its max-processing-time of 100 ms"))
				.hasEntrySatisfying("dead-letter-stack-trace",
						(trace) -> assertThat(trace).contains("Caused by: java.lang.InterruptedException")));
			await().until(() -> this.events.handled() == 1);
			assertThat(recorder.texts()).containsExactlyInAnyOrder("first", "first", "second");
			assertThat(this.events.failed()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aCallThatEndsNormallyInSpiteOfItsInterruptHasNotFailed(TestedTransport transport) {
		Recorder recorder = new Recorder((delivery, ack) -> {
			try {
				this.end.await();
			}
			catch (InterruptedException ex) {
				// has done its work, and keeps the interrupt flag, as good code does
				Thread.currentThread().interrupt();
			}
		});
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			broker.listen(transport.endpoint("orders", settings().build(), recorder.handler()));
			transport.send(broker.broker(), "orders", List.of("first"));
			await().until(() -> this.events.handled() == 1);
			await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
			assertThat(this.events.failed()).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void anotherInstanceGetsWhatACallKeepsThatTakesNoNoticeOfItsInterrupt(TestedTransport transport) {
		ListenerSettings settings = settings().reclaimDelay(Duration.ofMillis(300)).build();
		Recorder stuck = new Recorder((delivery, ack) -> hangUninterruptibly());
		Recorder healthy = new Recorder();
		try (CapturedLog log = new CapturedLog();
				TestBroker one = new TestBroker(this.redis, "one", this.events);
				TestBroker other = new TestBroker(this.redis, "other")) {
			one.listen(transport.endpoint("orders", settings, stuck.handler()));
			transport.send(one.broker(), "orders", List.of("first"));
			await().until(() -> stuck.count() == 1);
			other.listen(transport.endpoint("orders", settings, healthy.handler()));
			await().untilAsserted(() -> assertThat(healthy.texts()).containsExactly("first"));
			assertThat(healthy.deliveries().get(0).deliveryCount()).isEqualTo(2);
			await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
			assertThat(log.warnings()).anyMatch((line) -> line.contains("goes on with orders")
					&& line.contains("delivered again") && line.contains("hangUninterruptibly"));
			// after this the test proves nothing more
			this.end.countDown();
			await().until(() -> this.events.lost() == 1);
			assertThat(healthy.count()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anotherWorkerOfTheSameInstanceGetsItToo(TestedTransport transport) {
		AtomicInteger calls = new AtomicInteger();
		Recorder recorder = new Recorder((delivery, ack) -> {
			if (calls.incrementAndGet() == 1) {
				hangUninterruptibly();
			}
		});
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			broker.listen(transport.endpoint("orders",
					settings().reclaimDelay(Duration.ofMillis(300)).concurrency(2).build(), recorder.handler()));
			transport.send(broker.broker(), "orders", List.of("first"));
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("first", "first"));
			await().until(() -> this.events.handled() == 1);
			await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource
	void aBatchIsOneCall(TestedTransport transport) {
		DeliveryHandler batches = new BatchHandler((deliveries) -> this.end.await());
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			transport.send(broker.broker(), "orders", List.of("first", "second"));
			broker.listen(transport.endpoint("orders", settings().maxAttempts(1).build(), batches));
			await().until(() -> this.redis.commands().xlen("{orders}:dlq") == 2);
			assertThat(this.events.failed()).isEqualTo(2);
		}
	}

	@Test
	void interceptorsAreWithinTheLimit() {
		ListenerAdvice advice = new ListenerAdvice(List.of((invocation) -> {
			this.end.await();
			invocation.proceed();
		}), List.of());
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(this.redis, this.events, advice)) {
			broker.listen(TestedTransport.QUEUE.endpoint("orders", settings().build(), recorder.handler()));
			TestedTransport.QUEUE.send(broker.broker(), "orders", List.of("first"));
			await().untilAsserted(() -> assertThat(deadLetter()).containsEntry("dead-letter-exception",
					ProcessingTimeoutException.class.getName()));
			assertThat(recorder.count()).isZero();
		}
	}

	@Test
	void aChannelListenerIsInterruptedAndGoesOnWithTheNext() {
		Recorder recorder = new Recorder((delivery, ack) -> hangOn("first", delivery));
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			broker.listen(ChannelEndpoint.builder("prices")
				.channels("prices")
				.settings(settings().ackMode(AckMode.NONE).build())
				.handler(recorder.handler()));
			broker.broker().channel("prices").publish("first");
			broker.broker().channel("prices").publish("second");
			await().until(() -> this.events.handled() == 1);
			assertThat(recorder.texts()).containsExactly("first", "second");
			assertThat(this.events.failed()).isEqualTo(1);
			assertThat(this.events.dropped()).isEqualTo(1);
		}
	}

	@Test
	void theContainerTellsHowLongTheLongestCallTakes() {
		Recorder recorder = new Recorder((delivery, ack) -> this.end.await());
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			ListenerContainer container = broker
				.listen(TestedTransport.STREAM.endpoint("orders", TestSettings.defaults().build(), recorder.handler()));
			assertThat(container.longestCall()).isNull();
			TestedTransport.STREAM.send(broker.broker(), "orders", List.of("first"));
			await().until(() -> recorder.count() == 1);
			await().until(() -> container.longestCall().compareTo(Duration.ofMillis(50)) > 0);
			this.end.countDown();
			await().until(() -> container.longestCall() == null);
		}
	}

	@ParameterizedTest
	@EnumSource
	void oneMessagesInterruptIsNotTheNextOnes(TestedTransport transport) {
		List<Boolean> interrupted = new ArrayList<>();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
		});
		try (TestBroker broker = new TestBroker(this.redis, "one", this.events)) {
			transport.send(broker.broker(), "orders", List.of("a", "b", "c", "d", "e"));
			broker.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, recorder.handler()));
			await().until(() -> recorder.count() == 5);
		}
		assertThat(interrupted).containsOnly(false);
	}

	private Map<String, String> deadLetter() {
		assertThat(this.redis.commands().xlen("{orders}:dlq")).isEqualTo(1);
		return this.redis.commands().xrange("{orders}:dlq", Range.unbounded()).get(0).getBody();
	}

}
