package io.redisbroker.admin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.XTrimArgs;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A redriven message goes back to the consumers that gave up, under the id it had, and to
 * no others of the stream.
 */
class GroupRedriveIntegrationTests extends DeadLettersFixture {

	private volatile boolean mended;

	private final Recorder billing = failing();

	private final Recorder shipping = new Recorder();

	private Recorder failing() {
		return new Recorder((delivery, acknowledgment) -> {
			if (!this.mended) {
				throw new IllegalStateException("no");
			}
		});
	}

	private void listen(String group, Recorder recorder) {
		this.broker.listen(StreamEndpoint.builder(group)
			.streams("orders")
			.group(group)
			.settings(TestSettings.defaults().maxAttempts(1).build())
			.handler(recorder.handler()));
	}

	private DeadLetters letters() {
		return this.broker.deadLetters();
	}

	private StoredDeadLetter onlyLetter() {
		Patience.await().until(() -> letters().count("orders") == 1);
		return letters().list("orders", DeadLetterFilter.ALL, null, 2).letters().get(0);
	}

	private long redriveAll() {
		return letters().redriveAll("orders", DeadLetterFilter.ALL, 100).join();
	}

	private void awaitNothingPending(String... groups) {
		Patience.await()
			.until(() -> Stream.of(groups)
				.allMatch((group) -> this.redis.commands().xpending("orders", group).getCount() == 0));
	}

	private static List<String> ids(Recorder recorder) {
		return recorder.deliveries().stream().map(Delivery::id).toList();
	}

	@Test
	void onlyTheGroupThatGaveUpGetsItAgainAndUnderTheSameId() {
		listen("billing", this.billing);
		listen("shipping", this.shipping);
		String id = this.broker.broker().stream("orders").send("x");
		onlyLetter();
		this.mended = true;
		assertThat(redriveAll()).isOne();
		Patience.await().until(() -> this.billing.count() == 2);
		awaitNothingPending("billing", "shipping");
		assertThat(ids(this.billing)).containsExactly(id, id);
		assertThat(this.billing.deliveries().get(1)).satisfies((delivery) -> {
			assertThat(delivery.deliveryCount()).isOne();
			assertThat(delivery.failureCount()).isZero();
			assertThat(delivery.headers()).isEqualTo(Map.of("dead-letter-redrives", "1"));
		});
		assertThat(ids(this.shipping)).containsExactly(id);
		assertThat(this.redis.commands().xlen("orders")).isOne();
		assertThat(this.redis.commands().keys("{orders}:failures:*")).isEmpty();
	}

	/** Three dead letters are three deliveries more, and no nine. */
	@Test
	void eachOfThreeGroupsThatGaveUpGetsItOnceMore() {
		Recorder audit = failing();
		Recorder alsoShipping = failing();
		listen("billing", this.billing);
		listen("shipping", alsoShipping);
		listen("audit", audit);
		this.broker.broker().stream("orders").send("x");
		Patience.await().until(() -> letters().count("orders") == 3);
		for (int round = 2; round < 5; round++) {
			int calls = round;
			assertThat(redriveAll()).isEqualTo(3);
			Patience.await().until(() -> letters().count("orders") == 3);
			assertThat(List.of(this.billing, alsoShipping, audit))
				.allSatisfy((recorder) -> assertThat(recorder.count()).isEqualTo(calls));
			assertThat(letters().list("orders", DeadLetterFilter.ALL, null, 10).letters())
				.allSatisfy((letter) -> assertThat(letter.redrives()).isEqualTo(calls - 1));
		}
		assertThat(this.redis.commands().keys("{orders}:failures:*")).as("counts without a use").isEmpty();
		this.mended = true;
		assertThat(redriveAll()).isEqualTo(3);
		Patience.await().until(() -> this.billing.count() + alsoShipping.count() + audit.count() == 15);
		awaitNothingPending("billing", "shipping", "audit");
		assertThat(this.redis.commands().keys("{orders}:failures:*")).isEmpty();
	}

	@Test
	void countsStayRightWhereItFailsOftenAfterEachRedrive() {
		this.broker.listen(StreamEndpoint.builder("billing")
			.streams("orders")
			.group("billing")
			.settings(TestSettings.defaults().maxAttempts(3).backoff(TestSettings.NO_PAUSE).build())
			.handler(this.billing.handler()));
		this.broker.broker().stream("orders").withHeader("tenant", "eu").send("x");
		for (int redrives = 0; redrives < 3; redrives++) {
			StoredDeadLetter letter = onlyLetter();
			assertThat(letter.redrives()).isEqualTo(redrives);
			assertThat(letter.told()).containsEntry("failures", "3").containsEntry("deliveries", "3");
			assertThat(letter.headers()).isEqualTo(Map.of("tenant", "eu"));
			assertThat(letters().redrive("orders", letter.id())).isTrue();
		}
		assertThat(onlyLetter().redrives()).isEqualTo(3);
		assertThat(this.redis.commands().xlen("orders")).isOne();
		assertThat(this.redis.commands().keys("{orders}:failures:*")).isEmpty();
	}

	@Test
	void aCopyOfWhatTheStreamNoLongerHasIsForTheGroupThatGaveUp() {
		Recorder watching = new Recorder();
		listen("billing", this.billing);
		listen("shipping", this.shipping);
		this.broker.listen(StreamEndpoint.builder("watching")
			.streams("orders")
			.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
			.handler(watching.handler()));
		Patience.await().until(() -> this.broker.registry().container("watching").orElseThrow().isConnected());
		String id = this.broker.broker().stream("orders").withHeader("tenant", "eu").send("x");
		for (int redrives = 0; redrives < 3; redrives++) {
			StoredDeadLetter letter = onlyLetter();
			assertThat(letter.redrives()).isEqualTo(redrives);
			assertThat(letter.told()).containsEntry("id", id).containsEntry("group", "billing");
			assertThat(letter.headers()).isEqualTo(Map.of("tenant", "eu"));
			this.redis.commands().xtrim("orders", XTrimArgs.Builder.maxlen(0));
			this.mended = redrives == 2;
			assertThat(letters().redrive("orders", letter.id())).isTrue();
		}
		Patience.await().until(() -> this.billing.count() == 4);
		assertThat(ids(this.billing)).containsOnly(id);
		assertThat(this.billing.deliveries().get(3).headers())
			.isEqualTo(Map.of("tenant", "eu", "dead-letter-redrives", "3"));
		this.broker.broker().stream("orders").send("y");
		Patience.await().until(() -> this.shipping.texts().contains("y") && watching.texts().contains("y"));
		assertThat(this.shipping.texts()).as("of the group that handled it").containsExactly("x", "y");
		assertThat(watching.texts()).as("of the listener without a group").containsExactly("x", "y");
		awaitNothingPending("billing", "shipping");
	}

	@Test
	void aMendedPayloadComesToTheGroupThatGaveUpUnderTheOldId() {
		listen("billing", this.billing);
		listen("shipping", this.shipping);
		String id = this.broker.broker().stream("orders").send("wrong");
		assertThat(letters().redrive("orders", onlyLetter().id(), "still wrong")).isTrue();
		// the old entry stands in the stream under this id, and must not come again
		StoredDeadLetter letter = onlyLetter();
		assertThat(letter.payload()).asString().isEqualTo("still wrong");
		this.mended = true;
		assertThat(letters().redrive("orders", letter.id())).isTrue();
		Patience.await().until(() -> this.billing.count() == 3);
		assertThat(this.billing.texts()).containsExactly("wrong", "still wrong", "still wrong");
		assertThat(ids(this.billing)).containsOnly(id);
		awaitNothingPending("billing", "shipping");
		assertThat(this.shipping.texts()).containsExactly("wrong");
	}

	@Test
	void aCopyWaitsForAGroupThatIsGone() {
		listen("billing", this.billing);
		listen("shipping", this.shipping);
		String id = this.broker.broker().stream("orders").send("x");
		onlyLetter();
		this.mended = true;
		this.broker.registry().container("billing").orElseThrow().stop(Duration.ofSeconds(5)).join();
		this.redis.commands().xgroupDestroy("orders", "billing");
		try (CapturedLog log = new CapturedLog()) {
			assertThat(redriveAll()).isOne();
			assertThat(log.warnings()).anyMatch((text) -> text.contains("has no group 'billing'"));
		}
		this.broker.registry().container("billing").orElseThrow().start().join();
		Patience.await().until(() -> this.billing.count() == 2);
		assertThat(ids(this.billing)).containsExactly(id, id);
		awaitNothingPending("billing", "shipping");
		assertThat(this.shipping.count()).isOne();
	}

	@Test
	void waitsInRedisForAListenerOfTheGroup() {
		listen("billing", this.billing);
		String id = this.broker.broker().stream("orders").send("x");
		onlyLetter();
		this.mended = true;
		this.broker.registry().container("billing").orElseThrow().stop(Duration.ofSeconds(5)).join();
		assertThat(redriveAll()).isOne();
		assertThat(this.redis.commands().xpending("orders", "billing", Range.unbounded(), Limit.from(10)))
			.singleElement()
			.satisfies((pending) -> assertThat(pending.getId()).isEqualTo(id));
		try (TestBroker other = new TestBroker(this.redis)) {
			other.listen(StreamEndpoint.builder("billing")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().maxAttempts(1).build())
				.handler(this.billing.handler()));
			Patience.await().until(() -> this.billing.count() == 2);
		}
		assertThat(ids(this.billing)).containsExactly(id, id);
	}

	/** As by a copied dead letter. */
	@Test
	void anEntryThatIsBeingHandledIsLeftToItsConsumer() {
		listen("billing", this.billing);
		String id = this.broker.broker().stream("orders").send("x");
		StoredDeadLetter letter = onlyLetter();
		Map<String, String> fields = this.redis.commands().xrange(LETTERS, Range.unbounded()).get(0).getBody();
		this.redis.commands().xadd(LETTERS, fields);
		this.broker.registry().container("billing").orElseThrow().stop(Duration.ofSeconds(5)).join();
		assertThat(letters().redrive("orders", letter.id())).isTrue();
		this.redis.commands().xclaim("orders", Consumer.from("billing", "somebody"), 0, id);
		assertThat(redriveAll()).isOne();
		assertThat(this.redis.commands().xpending("orders", "billing").getConsumerMessageCount())
			.isEqualTo(Map.of("somebody", 1L));
		assertThat(letters().count("orders")).isZero();
	}

	@Test
	void whatAGroupThatAcknowledgesNothingFailedOnComesAgain() {
		ListenerSettings settings = TestSettings.defaults().ackMode(AckMode.NONE).deadLetters(LETTERS).build();
		this.broker.listen(StreamEndpoint.builder("billing")
			.streams("orders")
			.group("billing")
			.settings(settings)
			.handler(this.billing.handler()));
		listen("shipping", this.shipping);
		String id = this.broker.broker().stream("orders").send("x");
		onlyLetter();
		this.mended = true;
		assertThat(redriveAll()).isOne();
		Patience.await().until(() -> this.billing.count() == 2);
		assertThat(ids(this.billing)).containsExactly(id, id);
		awaitNothingPending("billing", "shipping");
		assertThat(this.shipping.count()).isOne();
	}

	@Test
	void whatAListenerWithoutAGroupFailedOnComesToThatListenerOnly() {
		for (String listener : List.of("showing", "counting")) {
			this.broker.listen(StreamEndpoint.builder(listener)
				.streams("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).deadLetters(LETTERS).build())
				.handler((listener.equals("showing") ? this.billing : this.shipping).handler()));
		}
		Recorder working = new Recorder();
		listen("working", working);
		Patience.await()
			.until(() -> this.broker.registry().containers().stream().allMatch((each) -> each.isConnected()));
		String id = this.broker.broker().stream("orders").send("x");
		onlyLetter();
		this.mended = true;
		assertThat(redriveAll()).isOne();
		Patience.await().until(() -> this.billing.count() == 2);
		assertThat(ids(this.billing)).containsExactly(id, id);
		this.broker.broker().stream("orders").send("y");
		Patience.await().until(() -> working.texts().contains("y") && this.shipping.texts().contains("y"));
		assertThat(working.texts()).containsExactly("x", "y");
		assertThat(this.shipping.texts()).containsExactly("x", "y");
		awaitNothingPending("working");
	}

	@Test
	void ofOneListenerAreThoseOfItsGroupAlone() {
		Recorder alsoFailing = failing();
		listen("billing", this.billing);
		listen("shipping", alsoFailing);
		this.broker.broker().stream("orders").sendAll(List.of("one", "two", "three"));
		Patience.await().until(() -> letters().count("orders") == 6);
		DeadLetters unbilled = letters().ofListener("billing");
		DeadLetters unshipped = letters().ofListener("shipping");
		assertThat(unbilled.count("orders")).isEqualTo(3);
		assertThat(unbilled.stored("orders")).isEqualTo(6);
		List<StoredDeadLetter> ofShipping = unshipped.list("orders", DeadLetterFilter.ALL, null, 10).letters();
		assertThat(ofShipping).hasSize(3).allSatisfy((letter) -> assertThat(letter.group()).isEqualTo("shipping"));
		String id = ofShipping.get(0).id();
		assertThat(unbilled.find("orders", id)).isEmpty();
		assertThat(unbilled.redrive("orders", id)).isFalse();
		assertThat(unbilled.delete("orders", List.of(id))).isZero();
		assertThat(unshipped.delete("orders", List.of(id))).isOne();
		this.mended = true;
		assertThat(unbilled.redriveAll("orders", DeadLetterFilter.ALL, 100).join()).isEqualTo(3);
		Patience.await().until(() -> this.billing.count() == 6);
		assertThat(alsoFailing.count()).isEqualTo(3);
		assertThat(unbilled.purge("orders")).isZero();
		assertThat(unshipped.count("orders")).isEqualTo(2);
		assertThat(letters().of(new DeadLetterSource("orders", TransportType.STREAM, LETTERS, "shipping", null))
			.purge("orders")).isEqualTo(2);
		assertThat(letters().stored("orders")).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> letters().ofListener("nobody"))
			.withMessageContaining("no listener 'nobody'");
	}

	/** Whose they are is asked before anything is deleted. */
	@Test
	void thoseOfAnotherSourceInTheSameStreamAreNeverDeleted() {
		listen("billing", this.billing);
		this.redis.commands().xadd(LETTERS, Map.of("payload", "x", "dead-letter-source", "invoices"));
		String others = this.redis.commands().xrange(LETTERS, Range.unbounded()).get(0).getId();
		assertThat(letters().delete("orders", List.of(others))).isZero();
		assertThat(letters().purge("orders")).isZero();
		assertThat(letters().count("orders")).isZero();
		assertThat(letters().stored("orders")).isOne();
	}

}
