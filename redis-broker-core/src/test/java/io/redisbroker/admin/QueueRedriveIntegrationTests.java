package io.redisbroker.admin;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A message that is put back into its queue keeps its id where Redis gave it one.
 */
class QueueRedriveIntegrationTests extends DeadLettersFixture {

	private volatile boolean mended;

	private final Recorder recorder = new Recorder((delivery, acknowledgment) -> {
		if (!this.mended && delivery.text().startsWith("bad")) {
			throw new IllegalStateException("no");
		}
	});

	private void listen(TestSettings settings, QueueOrder order) {
		this.broker.listen(QueueEndpoint.builder("worker")
			.queues("orders")
			.order(order)
			.settings(settings.deadLetters(LETTERS).build())
			.handler(this.recorder.handler()));
	}

	private void awaitLetters(int count) {
		Patience.await().until(() -> this.broker.deadLetters().count("orders") == count);
	}

	private void redriveAll(int count) {
		assertThat(this.broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 100).join()).isEqualTo(count);
	}

	private List<String> idsOf(String text) {
		return this.recorder.deliveries()
			.stream()
			.filter((delivery) -> delivery.text().equals(text))
			.map(Delivery::id)
			.toList();
	}

	@Test
	void comesAgainUnderItsIdHoweverOftenItIsRedriven() {
		listen(TestSettings.defaults().maxAttempts(1), QueueOrder.FIFO);
		this.broker.broker().queue("orders").sendAll(List.of("bad 1", "good", "bad 2"));
		awaitLetters(2);
		redriveAll(2);
		awaitLetters(2);
		this.mended = true;
		redriveAll(2);
		Patience.await().until(() -> this.recorder.count() == 7);
		assertThat(idsOf("bad 1")).hasSize(3).containsOnly(idsOf("bad 1").get(0));
		assertThat(idsOf("bad 2")).hasSize(3).containsOnly(idsOf("bad 2").get(0));
		assertThat(this.recorder.deliveries().subList(5, 7)).allSatisfy((delivery) -> {
			assertThat(delivery.deliveryCount()).isOne();
			assertThat(delivery.failureCount()).isZero();
			assertThat(delivery.headers()).containsEntry("dead-letter-redrives", "2");
		});
		Patience.await()
			.until(() -> this.redis.commands().exists("{orders}:messages", "{orders}:delayed", "{orders}:leases") == 0);
	}

	/** As by a copied dead letter: no message is lost. */
	@Test
	void comesAsANewMessageWhereItsIdIsTaken() {
		listen(TestSettings.defaults().maxAttempts(1), QueueOrder.FIFO);
		this.broker.broker().queue("orders").send("bad");
		awaitLetters(1);
		this.redis.commands().xadd(LETTERS, this.redis.commands().xrange(LETTERS, Range.unbounded()).get(0).getBody());
		this.broker.registry().container("worker").orElseThrow().stop(Duration.ofSeconds(5)).join();
		this.mended = true;
		redriveAll(2);
		this.broker.registry().container("worker").orElseThrow().start().join();
		Patience.await().until(() -> this.recorder.count() == 3);
		assertThat(idsOf("bad").subList(0, 2)).isNotEqualTo(idsOf("bad").subList(1, 3));
	}

	@Test
	void aListenerThatLeasesNothingGetsWhatOneThatDoesHadGivenUp() {
		listen(TestSettings.defaults().maxAttempts(1), QueueOrder.FIFO);
		this.broker.broker().queue("orders").send("bad");
		awaitLetters(1);
		this.broker.registry().container("worker").orElseThrow().stop(Duration.ofSeconds(5)).join();
		this.mended = true;
		redriveAll(1);
		try (TestBroker popping = new TestBroker(this.redis)) {
			popping.listen(QueueEndpoint.builder("popping")
				.queues("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(this.recorder.handler()));
			Patience.await().until(() -> this.recorder.count() == 2);
		}
		assertThat(this.recorder.deliveries().get(1).headers()).isEqualTo(Map.of("dead-letter-redrives", "1"));
	}

	/** Its ids are unique in its process only. */
	@Test
	void whatWasNeverAcknowledgedComesAsANewMessage() {
		listen(TestSettings.defaults().ackMode(AckMode.NONE), QueueOrder.FIFO);
		this.broker.broker().queue("orders").send("bad");
		awaitLetters(1);
		this.mended = true;
		redriveAll(1);
		Patience.await().until(() -> this.recorder.count() == 2);
		assertThat(this.redis.commands().exists("{orders}:messages", "{orders}:delayed")).isZero();
	}

	@Test
	void anItemOfACircularQueueIsBackInItsList() {
		listen(TestSettings.defaults().maxAttempts(1), QueueOrder.CIRCULAR);
		this.redis.commands().lpush("orders", "bad");
		awaitLetters(1);
		this.mended = true;
		redriveAll(1);
		Patience.await().until(() -> this.recorder.count() > 3);
		assertThat(this.redis.commands().llen("orders")).isOne();
		assertThat(this.redis.commands().exists("{orders}:messages", "{orders}:delayed")).isZero();
	}

}
