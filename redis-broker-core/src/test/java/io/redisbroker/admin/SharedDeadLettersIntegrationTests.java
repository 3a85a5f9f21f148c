package io.redisbroker.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sources of every kind keep their dead letters in one stream: each deletes its own, and
 * no others.
 */
@WithRedis
class SharedDeadLettersIntegrationTests {

	private static final String LETTERS = "letters";

	/** Each has one dead letter. */
	private static final List<String> SOURCES = List.of("entries", "items", "news", "price.*", "price.eur");

	private RedisServer redis;

	private TestBroker broker;

	@BeforeEach
	void fail(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.broker = new TestBroker(redis);
		DeliveryHandler failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no");
		}).handler();
		ListenerSettings settings = TestSettings.defaults().maxAttempts(1).deadLetters(LETTERS).build();
		this.broker.listen(
				StreamEndpoint.builder("streams").streams("entries").group("g").settings(settings).handler(failing));
		this.broker.listen(QueueEndpoint.builder("queues").queues("items").settings(settings).handler(failing));
		this.broker.listen(ChannelEndpoint.builder("channels")
			.channels("news", "price.eur")
			.patterns("price.*")
			.settings(settings)
			.handler(failing));
		this.broker.broker().stream("entries").send("entry");
		this.broker.broker().queue("items").send("item");
		this.broker.broker().channel("news").publish("news");
		// heard twice, by its name and by the pattern
		this.broker.broker().channel("price.eur").publish("price");
		Patience.await().until(() -> this.redis.commands().xlen(LETTERS) == SOURCES.size());
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "entries", "items", "news", "price.*", "price.eur" })
	void purgesThoseOfTheSourceThatIsNamed(String source) {
		DeadLetters letters = this.broker.deadLetters();
		assertThat(letters.purge(source)).isOne();
		assertLeft(source);
	}

	@ParameterizedTest
	@ValueSource(strings = { "entries", "items", "news", "price.*", "price.eur" })
	void deletesThoseOfTheSourceThatIsNamed(String source) {
		DeadLetters letters = this.broker.deadLetters();
		List<String> all = ids();
		assertThat(letters.delete(source, all)).as("all at once").isOne();
		assertLeft(source);
		assertThat(all.stream().mapToLong((id) -> letters.delete(source, List.of(id))).sum()).as("one by one").isZero();
		assertLeft(source);
	}

	@Test
	void aListenerDeletesItsOwnOfASource() {
		DeadLetters letters = this.broker.deadLetters().ofListener("channels");
		assertThat(letters.delete("news", ids())).isOne();
		assertLeft("news");
		assertThat(letters.purge("price.*")).isOne();
		assertThat(letters.count("price.eur")).isOne();
	}

	/** Another client's dead letter says less: no type, listener or group. */
	@Test
	void asksForeignDeadLettersForTheirSource() {
		String foreign = this.redis.commands()
			.xadd(LETTERS, Map.of("payload", "x", "dead-letter-source", "news", "dead-letter-source-type", "channel"));
		assertThat(this.broker.deadLetters().delete("price.eur", List.of(foreign))).isZero();
		assertThat(this.broker.deadLetters().purge("price.eur")).isOne();
		assertThat(this.broker.deadLetters().count("news")).isEqualTo(2);
		assertThat(this.broker.deadLetters().delete("news", List.of(foreign))).isOne();
	}

	private void assertLeft(String without) {
		List<String> others = new ArrayList<>(SOURCES);
		others.remove(without);
		DeadLetters letters = this.broker.deadLetters();
		assertThat(letters.count(without)).as(without).isZero();
		assertThat(others).allSatisfy((source) -> assertThat(letters.count(source)).as(source).isOne());
		assertThat(this.redis.commands().xlen(LETTERS)).isEqualTo(others.size());
	}

	private List<String> ids() {
		return this.redis.commands().xrange(LETTERS, Range.unbounded()).stream().map(StreamMessage::getId).toList();
	}

}
