package io.redisbroker.admin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.lettuce.core.XAddArgs;
import io.redisbroker.deadletter.DeadLetter.Reason;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Dead letters are looked at, put back, and deleted.
 */
@WithRedis
class DeadLettersIntegrationTests {

	private static final String SOURCE = "orders";

	private volatile boolean mended;

	/** Rejects messages that say so, and fails on all others, until it is mended. */
	private final Recorder recorder = new Recorder((delivery, acknowledgment) -> {
		if (!this.mended) {
			throw delivery.text().startsWith("reject") ? new DoNotRetryException("no")
					: new IllegalStateException("no");
		}
	});

	@ParameterizedTest
	@EnumSource
	void listsWhatFiltersMatchPageByPage(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			List<String> sent = IntStream.range(0, 250)
				.mapToObj((i) -> (i % 50 == 7) ? "reject " + i : "m-" + i)
				.toList();
			transport.send(broker.broker(), SOURCE, sent);
			awaitDeadLetters(broker, 250);
			List<String> listed = new ArrayList<>();
			String from = null;
			do {
				DeadLetterPage page = broker.deadLetters().list(SOURCE, DeadLetterFilter.ALL, from, 40);
				assertThat(page.letters()).hasSizeLessThanOrEqualTo(40);
				page.letters().forEach((letter) -> listed.add(text(letter)));
				from = page.next();
			}
			while (from != null);
			assertThat(listed).containsExactlyInAnyOrderElementsOf(sent);
			assertThat(texts(broker, DeadLetterFilter.ALL.withException("DoNotRetryException"))).hasSize(5)
				.allMatch((text) -> text.startsWith("reject"));
			assertThat(texts(broker, DeadLetterFilter.ALL.withReason(Reason.DELIVERIES_EXHAUSTED)
				.withException(IllegalStateException.class.getName()))).hasSize(245);
			assertThat(texts(broker, DeadLetterFilter.ALL.withException("StateException"))).isEmpty();
			StoredDeadLetter middle = broker.deadLetters()
				.list(SOURCE, DeadLetterFilter.ALL, null, 100)
				.letters()
				.get(99);
			Instant at = middle.at();
			List<String> until = texts(broker, DeadLetterFilter.ALL.between(null, at));
			assertThat(until).contains(text(middle)).isEqualTo(listed.subList(0, until.size()));
			List<String> since = texts(broker, DeadLetterFilter.ALL.between(at.plusMillis(1), null));
			assertThat(since).isEqualTo(listed.subList(until.size(), listed.size())).isNotEmpty();
			assertThat(texts(broker, DeadLetterFilter.ALL.between(at.plusSeconds(3600), null))).isEmpty();
			assertThat(broker.deadLetters().find(SOURCE, middle.id())).hasValueSatisfying((letter) -> {
				assertThat(letter.source()).isEqualTo(SOURCE);
				assertThat(letter.told()).containsEntry("listener", "worker").containsEntry("message", "no");
				assertThat(letter.redrives()).isZero();
			});
			assertThat(broker.deadLetters().find(SOURCE, "1-0")).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void redrivesOneWithAFreshCountAndItsHeaders(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			send(transport, broker, "payload", Map.of("tenant", "eu"));
			StoredDeadLetter letter = onlyDeadLetter(broker);
			this.mended = true;
			assertThat(broker.deadLetters().redrive(SOURCE, letter.id())).isTrue();
			assertThat(broker.deadLetters().redrive(SOURCE, letter.id())).as("a second time").isFalse();
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(broker.deadLetters().count(SOURCE)).isZero();
			Patience.await().until(() -> this.recorder.count() == 3);
			Delivery last = this.recorder.deliveries().get(2);
			assertThat(last.text()).isEqualTo("payload");
			assertThat(last.deliveryCount()).isOne();
			assertThat(last.failureCount()).isZero();
			assertThat(last.headers()).containsEntry("tenant", "eu").containsEntry("dead-letter-redrives", "1");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aMessageThatFailsAgainSaysHowOftenItWasRedriven(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			send(transport, broker, "payload", Map.of("tenant", "eu"));
			for (int redrives = 0; redrives < 3; redrives++) {
				StoredDeadLetter letter = onlyDeadLetter(broker);
				assertThat(letter.redrives()).isEqualTo(redrives);
				assertThat(letter.headers()).isEqualTo(Map.of("tenant", "eu"));
				assertThat(letter.told()).containsEntry("failures", "2");
				assertThat(broker.deadLetters().redrive(SOURCE, letter.id())).isTrue();
			}
			assertThat(onlyDeadLetter(broker).redrives()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@EnumSource
	void redrivesWithAnotherPayload(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			send(transport, broker, "wrong", Map.of("tenant", "eu"));
			StoredDeadLetter letter = onlyDeadLetter(broker);
			this.mended = true;
			assertThat(broker.deadLetters().redrive(SOURCE, letter.id(), "right")).isTrue();
			Patience.await().until(() -> this.recorder.texts().contains("right"));
			assertThat(this.recorder.deliveries().get(2).headers()).containsEntry("tenant", "eu");
			assertThat(broker.deadLetters().count(SOURCE)).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void redrivesManyOnlyAsFastAsIsAllowedAndOnlyThoseThatAreMeant(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			transport.send(broker.broker(), SOURCE,
					IntStream.range(0, 100).mapToObj((i) -> (i % 2 == 0) ? "reject " + i : "m-" + i).toList());
			awaitDeadLetters(broker, 100);
			this.mended = true;
			long start = System.nanoTime();
			CompletableFuture<Long> redriven = broker.deadLetters()
				.redriveAll(SOURCE, DeadLetterFilter.ALL.withReason(Reason.REJECTED), 20);
			assertThat(redriven.join()).isEqualTo(50);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(1900));
			assertThat(texts(broker, DeadLetterFilter.ALL)).hasSize(50).allMatch((text) -> text.startsWith("m-"));
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
	}

	/** A message that fails again meanwhile would go round for ever. */
	@ParameterizedTest
	@EnumSource
	void redrivesNoneTwiceThatFailsAgainMeanwhile(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			transport.send(broker.broker(), SOURCE, IntStream.range(0, 300).mapToObj((i) -> "m-" + i).toList());
			awaitDeadLetters(broker, 300);
			assertThat(broker.deadLetters().redriveAll(SOURCE, DeadLetterFilter.ALL, 1000).join()).isEqualTo(300);
			awaitDeadLetters(broker, 300);
			assertThat(broker.deadLetters().list(SOURCE, DeadLetterFilter.ALL, null, 1000).letters())
				.allSatisfy((letter) -> assertThat(letter.redrives()).isOne());
		}
	}

	@ParameterizedTest
	@EnumSource
	void keepsADeadLetterWhoseMessageRedisDoesNotTake(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			transport.send(broker.broker(), SOURCE, List.of("x"));
			StoredDeadLetter letter = onlyDeadLetter(broker);
			broker.registry().container("worker").orElseThrow().stop(Duration.ofSeconds(1)).join();
			redis.commands().del(SOURCE);
			redis.commands().set(SOURCE, "something else");
			assertThatExceptionOfType(RedisErrorException.class)
				.isThrownBy(() -> broker.deadLetters().redrive(SOURCE, letter.id()));
			assertThat(broker.deadLetters().find(SOURCE, letter.id())).isPresent();
		}
	}

	@ParameterizedTest
	@EnumSource
	void deletesSomeAndPurgesAll(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			transport.send(broker.broker(), SOURCE, List.of("one", "two", "three", "four"));
			awaitDeadLetters(broker, 4);
			List<StoredDeadLetter> letters = broker.deadLetters()
				.list(SOURCE, DeadLetterFilter.ALL, null, 10)
				.letters();
			assertThat(broker.deadLetters().delete(SOURCE, List.of(letters.get(1).id(), "1-1"))).isOne();
			assertThat(texts(broker, DeadLetterFilter.ALL)).containsExactly("one", "three", "four");
			assertThat(broker.deadLetters().delete(SOURCE, List.of())).isZero();
			assertThat(broker.deadLetters().purge(SOURCE)).isEqualTo(3);
			assertThat(broker.deadLetters().count(SOURCE)).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void touchesNoKeyThatIsNotOfAListener(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = listen(transport, redis)) {
			redis.commands().xadd("{other}:dlq", Map.of("payload", "x", "dead-letter-source", "other"));
			assertThatIllegalArgumentException().isThrownBy(() -> broker.deadLetters().purge("other"))
				.withMessageContaining("No listener reads 'other'; there are [orders]");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> broker.deadLetters().list("other", DeadLetterFilter.ALL, null, 1));
			assertThatIllegalArgumentException().isThrownBy(() -> broker.deadLetters().redrive(SOURCE, "- KEYS"))
				.withMessageContaining("no id");
			// of another source that shares the stream
			redis.commands().xadd("{orders}:dlq", Map.of("payload", "x", "dead-letter-source", "other"));
			assertThat(broker.deadLetters().redriveAll(SOURCE, DeadLetterFilter.ALL, 10).join()).isZero();
			assertThat(broker.deadLetters().sources())
				.containsExactly(new DeadLetterSource(SOURCE, TransportType.valueOf(transport.name()), "{orders}:dlq"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void keepsAsManyAndAsLongAsIsSaid(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			// Redis removes whole blocks, of 100 entries by default
			IntStream.range(1, 250)
				.forEach((i) -> redis.commands()
					.xadd("{orders}:dlq", new XAddArgs().id(i + "-0"), Map.of("payload", "of 1970")));
			broker.listen(transport.endpoint(SOURCE,
					TestSettings.defaults()
						.maxAttempts(1)
						.retention(new DeadLetterRetention(0, Duration.ofDays(1)))
						.build(),
					this.recorder.handler()));
			transport.send(broker.broker(), SOURCE, List.of("today"));
			Patience.await().until(() -> redis.commands().xlen("{orders}:dlq") < 100);
			assertThat(texts(broker, DeadLetterFilter.ALL)).containsExactly("today");
		}
		redis.commands().flushall();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(transport.endpoint(SOURCE,
					TestSettings.defaults().maxAttempts(1).retention(new DeadLetterRetention(100, null)).build(),
					this.recorder.handler()));
			int before = this.recorder.count();
			transport.send(broker.broker(), SOURCE, IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList());
			Patience.await().until(() -> this.recorder.count() == before + 500);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			Patience.await().until(() -> broker.deadLetters().count(SOURCE) < 300);
			assertThat(texts(broker, DeadLetterFilter.ALL)).contains("m-499").doesNotContain("m-0");
		}
	}

	private TestBroker listen(TestedTransport transport, RedisServer redis) {
		TestBroker broker = new TestBroker(redis);
		DeliveryHandler handler = this.recorder.handler();
		broker.listen(transport.endpoint(SOURCE,
				TestSettings.defaults().maxAttempts(2).backoff(TestSettings.NO_PAUSE).build(), handler));
		return broker;
	}

	private static void send(TestedTransport transport, TestBroker broker, String payload,
			Map<String, String> headers) {
		if (transport == TestedTransport.STREAM) {
			broker.broker().stream(SOURCE).withHeaders(headers).send(payload);
		}
		else {
			broker.broker().queue(SOURCE).withHeaders(headers).send(payload);
		}
	}

	private static StoredDeadLetter onlyDeadLetter(TestBroker broker) {
		awaitDeadLetters(broker, 1);
		return broker.deadLetters().list(SOURCE, DeadLetterFilter.ALL, null, 2).letters().get(0);
	}

	private static void awaitDeadLetters(TestBroker broker, int count) {
		Patience.await().until(() -> broker.deadLetters().count(SOURCE) == count);
	}

	private static List<String> texts(TestBroker broker, DeadLetterFilter filter) {
		return broker.deadLetters()
			.list(SOURCE, filter, null, 1000)
			.letters()
			.stream()
			.map((letter) -> text(letter))
			.toList();
	}

	private static String text(StoredDeadLetter letter) {
		return new String(letter.payload(), StandardCharsets.UTF_8);
	}

}
