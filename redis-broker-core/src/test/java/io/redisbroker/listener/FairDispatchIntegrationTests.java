package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.redisbroker.retry.Backoff;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * New messages go to idle instances while others are busy.
 */
@WithRedis
class FairDispatchIntegrationTests {

	private static final List<String> OTHERS = IntStream.range(0, 50).mapToObj((each) -> "other " + each).toList();

	private final CountDownLatch gate = new CountDownLatch(1);

	private RedisServer redis;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
	}

	/** With the default batch size, with which each instance may hold hundreds. */
	@ParameterizedTest
	@EnumSource
	void aListenerThatIsBusyTakesNothingFromOneThatIsNot(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> this.gate.await());
		Recorder quick = new Recorder();
		ListenerSettings settings = TestSettings.defaults().build();
		List<String> others = IntStream.range(0, 20).mapToObj((each) -> "other " + each).toList();
		try (TestBroker busy = new TestBroker(this.redis, "busy");
				TestBroker idle = new TestBroker(this.redis, "idle")) {
			busy.listen(transport.endpoint("orders", settings, slow.handler()));
			transport.send(busy.broker(), "orders", List.of("first"));
			await().until(() -> slow.count() == 1);
			idle.listen(transport.endpoint("orders", settings, quick.handler()));
			for (String each : others) {
				transport.send(idle.broker(), "orders", List.of(each));
			}
			await().untilAsserted(() -> assertThat(quick.texts()).containsExactlyElementsOf(others));
			this.gate.countDown();
			await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
			// and it handles the next messages again
			idle.close();
			transport.send(busy.broker(), "orders", List.of("last"));
			await().untilAsserted(() -> assertThat(slow.texts()).containsExactly("first", "last"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void messagesThatComeDueAreLeftToTheListenerThatIsIdle(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> this.gate.await());
		Recorder failing = new Recorder((delivery, ack) -> {
			throw new IllegalStateException("as asked");
		});
		Recorder quick = new Recorder();
		TestSettings settings = TestSettings.defaults().backoff(Backoff.of(Duration.ofSeconds(3)));
		try (TestBroker busy = new TestBroker(this.redis, "busy");
				TestBroker idle = new TestBroker(this.redis, "idle")) {
			busy.listen(transport.endpoint("orders", settings.build(), slow.handler()));
			transport.send(busy.broker(), "orders", List.of("first"));
			await().until(() -> slow.count() == 1);
			try (TestBroker failed = new TestBroker(this.redis, "failed")) {
				failed.listen(transport.endpoint("orders", settings.build(), failing.handler()));
				transport.send(busy.broker(), "orders", OTHERS);
				await().until(() -> failing.count() == OTHERS.size());
			}
			idle.listen(transport.endpoint("orders", settings.build(), quick.handler()));
			await().untilAsserted(() -> assertThat(quick.texts()).containsExactlyInAnyOrderElementsOf(OTHERS));
			assertThat(slow.count()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource
	void messagesOfADeadListenerAreLeftToTheOneThatIsIdle(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> this.gate.await());
		Recorder quick = new Recorder();
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(2)).build();
		TestBroker dead = new TestBroker(this.redis, "dead");
		try (TestBroker busy = new TestBroker(this.redis, "busy");
				TestBroker idle = new TestBroker(this.redis, "idle")) {
			busy.listen(transport.endpoint("orders", settings, slow.handler()));
			transport.send(busy.broker(), "orders", List.of("first"));
			await().until(() -> slow.count() == 1);
			Recorder held = new Recorder((delivery, ack) -> this.gate.await());
			dead.listen(transport.endpoint("orders", settings, held.handler()));
			transport.send(busy.broker(), "orders", OTHERS);
			await().until(() -> held.count() == 1);
			dead.cutOff();
			idle.listen(transport.endpoint("orders", settings, quick.handler()));
			await().untilAsserted(() -> assertThat(quick.texts()).containsExactlyInAnyOrderElementsOf(OTHERS));
			assertThat(slow.count()).isOne();
		}
		finally {
			this.gate.countDown();
			dead.close();
		}
	}

	/** Without another instance they return to this one when it is free. */
	@ParameterizedTest
	@EnumSource
	void messagesThatComeDueAreTakenByABusyListenerThatIsAlone(TestedTransport transport) {
		Recorder failingOnce = new Recorder((delivery, ack) -> {
			if (delivery.text().startsWith("other") && delivery.deliveryCount() == 1) {
				throw new IllegalStateException("as asked");
			}
			if (delivery.text().equals("first")) {
				this.gate.await();
			}
		});
		TestSettings settings = TestSettings.defaults().backoff(Backoff.of(Duration.ofMillis(100)));
		try (TestBroker alone = new TestBroker(this.redis, "alone")) {
			alone.listen(transport.endpoint("orders", settings.build(), failingOnce.handler()));
			List<String> sent = new ArrayList<>(OTHERS);
			sent.add("first");
			transport.send(alone.broker(), "orders", sent);
			await().until(() -> failingOnce.texts().contains("first"));
			this.gate.countDown();
			await().until(() -> failingOnce.count() == 2 * OTHERS.size() + 1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void messagesThatWaitForAWorkerThatNeverComesGoToOthers(TestedTransport transport) {
		Recorder hanging = new Recorder((delivery, ack) -> this.gate.await());
		Recorder quick = new Recorder();
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)).build();
		List<String> sent = IntStream.range(0, 200).mapToObj((each) -> "order " + each).toList();
		try (TestBroker hoarding = new TestBroker(this.redis, "hoarding");
				TestBroker idle = new TestBroker(this.redis, "idle")) {
			transport.send(idle.broker(), "orders", sent);
			hoarding.listen(transport.endpoint("orders", settings, hanging.handler()));
			await().until(() -> hanging.count() == 1);
			idle.listen(transport.endpoint("orders", settings, quick.handler()));
			await().until(() -> quick.count() == sent.size() - 1);
			assertThat(quick.deliveries()).allMatch((delivery) -> delivery.deliveryCount() == 1);
			assertThat(hanging.count()).isOne();
		}
	}

}
