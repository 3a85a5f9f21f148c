package io.redisbroker.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.redisbroker.message.Delivery;
import io.redisbroker.support.Letters;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.RedriveMain;
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

/**
 * Several put the same dead letters back at the same time, or delete them meanwhile.
 */
@WithRedis
class ConcurrentRedriveIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int COUNT = 4000;

	private final ExecutorService executor = Executors.newFixedThreadPool(2);

	private RedisServer redis;

	@BeforeEach
	void clear(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.executor.shutdownNow();
	}

	/** Two applications, each with a connection of its own. */
	@ParameterizedTest
	@EnumSource
	void eachIdIsPutBackByOneOfThoseWhoAskForIt(TestedTransport transport) throws Exception {
		Letters letters = Letters.write(this.redis.commands(), SOURCE, COUNT);
		List<String> ids = letters.ids();
		try (TestBroker one = application(transport); TestBroker other = application(transport)) {
			Future<Integer> byOne = this.executor.submit(() -> redrive(one, ids));
			Future<Integer> byOther = this.executor.submit(() -> redrive(other, ids));
			assertThat(byOne.get() + byOther.get()).isEqualTo(COUNT);
			assertThat(byOne.get()).as("put back by one").isBetween(1, COUNT - 1);
		}
		letters.assertAllAreBackOnce(transport);
	}

	private static int redrive(TestBroker broker, List<String> ids) {
		return (int) ids.stream().filter((id) -> broker.deadLetters().redrive(SOURCE, id)).count();
	}

	/** Two applications redrive all, as two operators do that both press the button. */
	@ParameterizedTest
	@EnumSource
	void allAreBackOnceWhereTwoPutAllBack(TestedTransport transport) {
		Letters letters = Letters.write(this.redis.commands(), SOURCE, COUNT);
		try (TestBroker one = application(transport); TestBroker other = application(transport)) {
			CompletableFuture<Long> byOne = redriveAll(one);
			CompletableFuture<Long> byOther = redriveAll(other);
			assertThat(byOne.join() + byOther.join()).isEqualTo(COUNT);
		}
		letters.assertAllAreBackOnce(transport);
	}

	@ParameterizedTest
	@EnumSource
	void allAreBackOnceWhereTwoProcessesPutThemBack(TestedTransport transport) throws Exception {
		Letters letters = Letters.write(this.redis.commands(), SOURCE, COUNT);
		List<Process> processes = new ArrayList<>();
		try {
			processes.add(RedriveMain.start(transport, this.redis.port(), SOURCE, 2000));
			processes.add(RedriveMain.start(transport, this.redis.port(), SOURCE, 2000));
			for (Process process : processes) {
				assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
				assertThat(process.exitValue()).isZero();
			}
		}
		finally {
			processes.forEach(Process::destroyForcibly);
		}
		letters.assertAllAreBackOnce(transport);
	}

	@ParameterizedTest
	@EnumSource
	void whatIsPurgedMeanwhileIsEitherBackOrDeleted(TestedTransport transport) {
		Letters letters = Letters.write(this.redis.commands(), SOURCE, COUNT);
		try (TestBroker one = application(transport); TestBroker other = application(transport)) {
			CompletableFuture<Long> back = redriveAll(one);
			Patience.await().until(() -> letters.left() < COUNT - 500);
			long purged = other.deadLetters().purge(SOURCE);
			assertThat(purged).isPositive();
			assertThat(back.join() + purged).isEqualTo(COUNT);
			assertThat(letters.left()).isZero();
			assertThat(transport.stored(this.redis.commands(), SOURCE)).hasSize(back.join().intValue())
				.doesNotHaveDuplicates();
		}
	}

	/** Of messages that were delivered, which come again under their ids. */
	@ParameterizedTest
	@EnumSource
	void eachMessageComesAgainOnceWhereTwoPutAllBackWhileItsListenerWorks(TestedTransport transport) {
		int count = 1000;
		AtomicBoolean mended = new AtomicBoolean();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (!mended.get()) {
				throw new IllegalStateException("no");
			}
		});
		try (TestBroker working = new TestBroker(this.redis); TestBroker other = application(transport)) {
			working.listen(transport.endpoint(SOURCE, TestSettings.defaults().maxAttempts(1).concurrency(4).build(),
					recorder.handler()));
			transport.send(working.broker(), SOURCE, IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList());
			Patience.await().until(() -> working.deadLetters().count(SOURCE) == count);
			mended.set(true);
			CompletableFuture<Long> byOne = redriveAll(working);
			CompletableFuture<Long> byOther = redriveAll(other);
			assertThat(byOne.join() + byOther.join()).isEqualTo(count);
			Patience.await().until(() -> transport.inFlight(this.redis.commands(), SOURCE).isEmpty());
			assertThat(recorder.count()).isEqualTo(2 * count);
			Map<String, Long> calls = recorder.deliveries()
				.stream()
				.collect(Collectors.groupingBy(Delivery::id, Collectors.counting()));
			assertThat(calls).hasSize(count).allSatisfy((id, times) -> assertThat(times).isEqualTo(2));
		}
	}

	private TestBroker application(TestedTransport transport) {
		TestBroker broker = new TestBroker(this.redis);
		broker.listen(transport.endpoint(SOURCE, TestSettings.defaults().autoStartup(false).build(),
				new Recorder().handler()));
		return broker;
	}

	private static CompletableFuture<Long> redriveAll(TestBroker broker) {
		return broker.deadLetters().redriveAll(SOURCE, DeadLetterFilter.ALL, 2000);
	}

}
