package io.redisbroker.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.retry.BatchListenerFailedException;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A listener that takes lists fails on some messages.
 */
@WithRedis
class BatchFailureIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int MAX_DELIVERIES = 3;

	private final RecordedEvents events = new RecordedEvents();

	private final Queue<String> handled = new ConcurrentLinkedQueue<>();

	private final Map<String, Integer> failures = new HashMap<>();

	/** Handles a batch, but fails on messages that say {@code bad}. */
	private Map<Integer, RuntimeException> handle(List<String> orders) {
		Map<Integer, RuntimeException> failed = new HashMap<>();
		for (int i = 0; i < orders.size(); i++) {
			if (orders.get(i).startsWith("bad")) {
				this.failures.merge(orders.get(i), 1, Integer::sum);
				failed.put(i, new IllegalStateException("no: " + orders.get(i)));
			}
			else {
				this.handled.add(orders.get(i));
			}
		}
		return failed;
	}

	private static int[] positions(Map<Integer, ?> failed) {
		return failed.keySet().stream().mapToInt(Integer::intValue).toArray();
	}

	@ParameterizedTest
	@EnumSource
	void acknowledgesTheOthersAndRetriesWhatIsNamedByItself(TestedTransport transport, RedisServer redis) {
		class Bean {

			public void onOrders(List<String> orders) {
				Map<Integer, RuntimeException> failed = handle(orders);
				if (!failed.isEmpty()) {
					throw new BatchListenerFailedException("some failed", failed);
				}
			}

		}
		List<String> sent = IntStream.range(0, 200).mapToObj((i) -> (i % 20 == 7) ? "bad " + i : "good " + i).toList();
		try (TestBroker broker = listen(transport, redis, new Bean(), AckMode.AUTO)) {
			transport.send(broker.broker(), SOURCE, sent);
			awaitDeadLetters(redis, 10);
			awaitNothingInFlight(transport, redis);
			assertThat(this.handled)
				.containsExactlyInAnyOrderElementsOf(sent.stream().filter((each) -> each.startsWith("good")).toList());
			assertThat(this.failures).hasSize(10).allSatisfy((each, times) -> assertThat(times).isEqualTo(3));
			assertThat(letters(redis))
				.allSatisfy((letter) -> assertThat(letter).containsEntry("dead-letter-deliveries", "3")
					.containsEntry("dead-letter-exception", IllegalStateException.class.getName())
					.containsEntry("dead-letter-message", "no: " + letter.get("payload")));
		}
		assertThat(this.events.handled()).isEqualTo(190);
		assertThat(this.events.failed()).isEqualTo(30);
		assertThat(this.events.retried()).isEqualTo(20);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void findsWhatIsNamedInTheCauseOfWhatIsThrown(TestedTransport transport, RedisServer redis) {
		class Bean {

			public void onOrders(List<String> orders) {
				Map<Integer, RuntimeException> failed = handle(orders);
				if (!failed.isEmpty()) {
					throw new CompletionException(new BatchListenerFailedException("not today",
							new NullPointerException(), positions(failed)));
				}
			}

		}
		try (TestBroker broker = listen(transport, redis, new Bean(), AckMode.AUTO)) {
			transport.send(broker.broker(), SOURCE, List.of("one", "bad", "two"));
			awaitDeadLetters(redis, 1);
			awaitNothingInFlight(transport, redis);
			assertThat(this.handled).containsExactlyInAnyOrder("one", "two");
			assertThat(letters(redis)).singleElement().satisfies((letter) -> {
				assertThat(letter).containsEntry("payload", "bad").containsEntry("dead-letter-message", "not today");
				assertThat(letter.get("dead-letter-stack-trace")).contains("NullPointerException");
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void leavesTheOthersToTheListenerThatSettlesByHand(TestedTransport transport, RedisServer redis) {
		class Bean {

			public void onOrders(List<String> orders, List<Acknowledgment> acknowledgments) {
				Map<Integer, RuntimeException> failed = handle(orders);
				IntStream.range(0, orders.size())
					.filter((i) -> orders.get(i).startsWith("good"))
					.forEach((i) -> acknowledgments.get(i).acknowledge());
				if (!failed.isEmpty()) {
					throw new BatchListenerFailedException("some failed", failed);
				}
			}

		}
		try (TestBroker broker = listen(transport, redis, new Bean(), AckMode.MANUAL)) {
			transport.send(broker.broker(), SOURCE, List.of("good", "bad", "unsettled"));
			awaitDeadLetters(redis, 1);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).size() == 1);
			assertThat(transport.inFlight(redis.commands(), SOURCE).values()).singleElement()
				.satisfies((claim) -> assertThat(claim.message()).isEqualTo("unsettled"));
			assertThat(letters(redis)).singleElement()
				.satisfies((letter) -> assertThat(letter).containsEntry("payload", "bad"));
		}
	}

	/** The messages are handled twice rather than not at all. */
	@ParameterizedTest
	@EnumSource
	void takesAllOfABatchForFailedWhenThePositionIsNotInIt(TestedTransport transport, RedisServer redis) {
		class Bean {

			public void onOrders(List<String> orders) {
				handle(orders);
				throw new BatchListenerFailedException("which one?", orders.size());
			}

		}
		try (TestBroker broker = listen(transport, redis, new Bean(), AckMode.AUTO)) {
			transport.send(broker.broker(), SOURCE, List.of("one", "two"));
			awaitDeadLetters(redis, 2);
			awaitNothingInFlight(transport, redis);
			assertThat(this.handled).hasSize(2 * MAX_DELIVERIES);
		}
	}

	private TestBroker listen(TestedTransport transport, RedisServer redis, Object bean, AckMode ackMode) {
		TestBroker broker = new TestBroker(redis, "test", this.events);
		broker.listen(transport.endpoint(SOURCE,
				TestSettings.defaults()
					.ackMode(ackMode)
					.batchSize(50)
					.maxDeliveries(MAX_DELIVERIES)
					.backoff(TestSettings.NO_PAUSE)
					.build(),
				Listeners.method(bean)));
		return broker;
	}

	private static void awaitDeadLetters(RedisServer redis, int count) {
		Patience.await().until(() -> letters(redis).size() == count);
	}

	private static void awaitNothingInFlight(TestedTransport transport, RedisServer redis) {
		Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
	}

	private static List<Map<String, String>> letters(RedisServer redis) {
		return redis.commands()
			.xrange(DeadLetter.keyFor(SOURCE), Range.unbounded())
			.stream()
			.map((letter) -> letter.getBody())
			.toList();
	}

}
