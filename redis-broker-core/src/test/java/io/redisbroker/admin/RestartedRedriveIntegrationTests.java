package io.redisbroker.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

import io.redisbroker.support.Letters;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis is killed while dead letters are put back, and started again with all it had
 * confirmed.
 */
@WithRedis(persistent = true, options = "appendfsync always")
class RestartedRedriveIntegrationTests {

	private static final String SOURCE = "orders";

	@ParameterizedTest
	@EnumSource
	void allAreBackExactlyOnceWhenItIsAskedForAgain(TestedTransport transport, RedisServer redis) {
		Letters letters = Letters.write(redis.commands(), SOURCE, 6000);
		try (TestBroker broker = atRest(transport, redis)) {
			AtomicReference<CompletableFuture<Long>> redrive = new AtomicReference<>(redriveAll(broker));
			for (int left = 4000; left > 0; left -= 2000) {
				int enough = left;
				Patience.await().until(() -> {
					// it failed if a command was under way, and goes on if none was
					if (redrive.get().isCompletedExceptionally()) {
						redrive.set(redriveAll(broker));
					}
					return letters.left() < enough;
				});
				redis.kill();
				redis.restart();
				assertThat(letters.left()).as("left by Redis that was killed").isPositive();
			}
			Patience.await().until(() -> redrive.get().isDone());
			redriveAll(broker).join();
		}
		letters.assertAllAreBackOnce(transport);
	}

	/**
	 * A caller without an answer asks again, and can't know whether the first had been
	 * obeyed.
	 */
	@ParameterizedTest
	@EnumSource
	void oneByOneAreBackExactlyOnceWhereEachIsAskedForUntilThereIsAnAnswer(TestedTransport transport,
			RedisServer redis) {
		Letters letters = Letters.write(redis.commands(), SOURCE, 9000);
		ExecutorService askers = Executors.newFixedThreadPool(8);
		try (TestBroker broker = atRest(transport, redis)) {
			DeadLetters all = broker.deadLetters();
			CompletableFuture<Void> redrive = CompletableFuture.allOf(letters.ids()
				.stream()
				.map((id) -> CompletableFuture.runAsync(() -> redriveUntilAnswered(all, id), askers))
				.toArray(CompletableFuture[]::new));
			for (int left = 7000; left > 0; left -= 3000) {
				int enough = left;
				Patience.await().until(() -> letters.left() < enough);
				redis.kill();
				redis.restart();
				assertThat(redrive).as("half way").isNotDone();
			}
			Patience.await().until(redrive::isDone);
			redrive.join();
		}
		finally {
			askers.shutdownNow();
		}
		letters.assertAllAreBackOnce(transport);
	}

	private static CompletableFuture<Long> redriveAll(TestBroker broker) {
		return broker.deadLetters().redriveAll(SOURCE, DeadLetterFilter.ALL, 2000);
	}

	private static void redriveUntilAnswered(DeadLetters letters, String id) {
		boolean answered = false;
		while (!answered) {
			try {
				letters.redrive(SOURCE, id);
				answered = true;
			}
			catch (DataAccessException ex) {
				// the answer got lost with the connection
				answered = false;
			}
		}
	}

	private static TestBroker atRest(TestedTransport transport, RedisServer redis) {
		TestBroker broker = new TestBroker(redis);
		broker.registry()
			.register(transport.endpoint(SOURCE, TestSettings.defaults().autoStartup(false).build(),
					new Recorder().handler()));
		return broker;
	}

}
