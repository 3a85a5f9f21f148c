package io.redisbroker.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;
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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Dead letters that are not as one expects them: kept apart, foreign, or too large.
 */
@WithRedis
class OddDeadLettersIntegrationTests {

	private static final String LETTERS = "{orders}:dlq";

	private RedisServer redis;

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.broker = new TestBroker(redis);
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	/** Each would work on the dead letters of the other, and delete them. */
	@Test
	void listenersThatKeepThemApartAreAskedForOneByOne() {
		DeliveryHandler failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no");
		}).handler();
		this.broker.listen(ChannelEndpoint.builder("news")
			.channels("orders")
			.settings(settings("{orders}:unheard"))
			.handler(failing));
		this.broker.listen(StreamEndpoint.builder("billing")
			.streams("orders")
			.group("billing")
			.settings(settings(null))
			.handler(failing));
		this.broker.listen(StreamEndpoint.builder("shipping")
			.streams("orders")
			.group("shipping")
			.settings(settings("{orders}:unshipped"))
			.handler(failing));
		this.broker.broker().stream("orders").send("x");
		DeadLetters all = this.broker.deadLetters();
		assertThatIllegalArgumentException().isThrownBy(() -> all.purge("orders"))
			.withMessageContainingAll("apart", "{orders}:dlq", "{orders}:unshipped", "{orders}:unheard");
		DeadLetterSource shipping = new DeadLetterSource("orders", TransportType.STREAM, "{orders}:unshipped");
		DeadLetters unshipped = all.of(shipping);
		DeadLetters unbilled = all.of(new DeadLetterSource("orders", TransportType.STREAM, LETTERS));
		Patience.await().until(() -> unshipped.count("orders") == 1 && unbilled.count("orders") == 1);
		String id = unshipped.list("orders", DeadLetterFilter.ALL, null, 10).letters().get(0).id();
		assertThat(unshipped.find("orders", id))
			.hasValueSatisfying((letter) -> assertThat(letter.told()).containsEntry("listener", "shipping"));
		assertThat(unshipped.purge("orders")).isOne();
		assertThat(unbilled.count("orders")).isOne();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> all.of(new DeadLetterSource("orders", TransportType.STREAM, "secrets")))
			.withMessageContaining("secrets");
	}

	private static ListenerSettings settings(String deadLetters) {
		return TestSettings.defaults().maxAttempts(1).deadLetters(deadLetters).build();
	}

	@Test
	void oneThatCanNotBePutBackKeepsNoOtherFromIt() {
		Recorder recorder = new Recorder();
		this.broker
			.listen(StreamEndpoint.builder("billing").streams("orders").group("billing").handler(recorder.handler()));
		letter("one", Map.of());
		letter("too many fields", Map.of("dead-letter-fields", "{\"tenant\":\"eu\"}"));
		letter("two", Map.of());
		assertThat(this.broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 100).join()).isEqualTo(2);
		Patience.await().until(() -> recorder.count() == 2);
		assertThat(recorder.texts()).containsExactly("one", "two");
		List<StoredDeadLetter> left = this.broker.deadLetters()
			.list("orders", DeadLetterFilter.ALL, null, 10)
			.letters();
		assertThat(left).singleElement()
			.satisfies((letter) -> assertThat(letter.headers()).containsEntry("tenant", "eu"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.broker.deadLetters().redrive("orders", left.get(0).id()))
			.withMessageContaining("too many fields");
	}

	/** A sender may use any name for a header. */
	@Test
	void fieldsOfOthersThatAreNamedLikeOursAreShownAsTheyAre() {
		listenToQueue();
		letter("x", Map.of("dead-letter-fields", "no JSON", "dead-letter-redrives", "many"));
		StoredDeadLetter letter = this.broker.deadLetters()
			.list("orders", DeadLetterFilter.ALL, null, 10)
			.letters()
			.get(0);
		assertThat(letter.headers()).containsEntry("dead-letter-fields", "no JSON");
		assertThat(letter.redrives()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "abc", "1-1-1", "(1-1", "99999999999999999999-0", "1-0 1-1" })
	void whatIsNoIdIsRefused(String id) {
		listenToQueue();
		DeadLetters letters = this.broker.deadLetters();
		assertThatIllegalArgumentException().isThrownBy(() -> letters.find("orders", id));
		assertThatIllegalArgumentException().isThrownBy(() -> letters.redrive("orders", id));
		assertThatIllegalArgumentException().isThrownBy(() -> letters.delete("orders", List.of(id)));
		if (!id.equals("(1-1")) {
			assertThatIllegalArgumentException().isThrownBy(() -> letters.list("orders", DeadLetterFilter.ALL, id, 10))
				.withMessageContaining("not where a page starts");
		}
	}

	@Test
	void onlyWhatIsAskedForIsReadOfLargeOnes() {
		listenToQueue();
		String large = "x".repeat(200_000);
		IntStream.range(0, 150).forEach((i) -> letter(large, Map.of()));
		DeadLetters letters = this.broker.deadLetters();
		String first = letters.list("orders", DeadLetterFilter.ALL, null, 1).letters().get(0).id();
		long before = sent();
		assertThat(letters.find("orders", first)).isPresent();
		assertThat(sent() - before).isLessThan(300_000);
		assertThat(letters.list("orders", DeadLetterFilter.ALL, null, 30).letters()).hasSize(30);
		assertThat(sent() - before).isLessThan(7_000_000);
	}

	/** Hundreds of them may be more than fits into memory. */
	@Test
	void aPageOfLargeOnesHasFewerThanWereAskedFor() {
		listenToQueue();
		String large = "x".repeat(3_000_000);
		IntStream.range(0, 40).forEach((i) -> letter(i + large, Map.of()));
		DeadLetters letters = this.broker.deadLetters();
		long before = sent();
		DeadLetterPage page = letters.list("orders", DeadLetterFilter.ALL, null, 1000);
		assertThat(page.letters()).hasSize(3);
		assertThat(sent() - before).isLessThan(10_000_000);
		List<String> listed = new ArrayList<>();
		for (String next = null; page != null; page = (next != null)
				? letters.list("orders", DeadLetterFilter.ALL, next, 1000) : null) {
			page.letters()
				.forEach((letter) -> listed
					.add(new String(letter.payload(), StandardCharsets.UTF_8).replaceAll("x+", "")));
			next = page.next();
		}
		assertThat(listed).containsExactlyElementsOf(IntStream.range(0, 40).mapToObj(Integer::toString).toList());
		assertThat(letters.list("orders", DeadLetterFilter.ALL.withException("Nope"), null, 1000))
			.isEqualTo(new DeadLetterPage(List.of(), null));
		assertThat(letters.redriveAll("orders", DeadLetterFilter.ALL, 1000).join()).isEqualTo(40);
	}

	@Test
	void moreIsLookedAtEachTimeWhereAFilterPassesFew() {
		listenToQueue();
		IntStream.range(0, 5000).forEach((i) -> letter("x", Map.of()));
		this.redis.commands().configResetstat();
		assertThat(
				this.broker.deadLetters().list("orders", DeadLetterFilter.ALL.withException("Nope"), null, 1).letters())
			.isEmpty();
		assertThat(this.redis.commandStats().get("evalsha")).isBetween(1L, 35L);
	}

	private long sent() {
		return this.redis.commands()
			.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_net_output_bytes:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void channelsRefuseAtOnceToPutBack() {
		this.broker.listen(ChannelEndpoint.builder("news").channels("orders").handler(new Recorder().handler()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 10))
			.withMessageContaining("can't be put back");
	}

	private void listenToQueue() {
		this.broker.listen(QueueEndpoint.builder("billing").queues("orders").handler(new Recorder().handler()));
	}

	private void letter(String payload, Map<String, String> fields) {
		Map<String, String> letter = new LinkedHashMap<>(fields);
		letter.put("payload", payload);
		letter.put("dead-letter-source", "orders");
		this.redis.commands().xadd(LETTERS, letter);
	}

}
