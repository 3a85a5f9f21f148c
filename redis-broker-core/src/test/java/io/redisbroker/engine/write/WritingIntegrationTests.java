package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.engine.write.QueueDestination.Deduplication;
import io.redisbroker.engine.write.QueueDestination.Due;
import io.redisbroker.send.QueueFullException;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A message on its way is a value that can be sent, kept, or written by another script.
 */
@WithRedis
class WritingIntegrationTests {

	private static final String MARK = "{orders}:mark";

	private static final Script WITH_MARK = Script.load(WritingIntegrationTests.class, ScriptPiece.SCRIPT,
			"write-with-mark.lua");

	private static final JsonMapper JSON = JsonMapper.builder().addMixIn(Destination.class, Named.class).build();

	private static final Outgoing MESSAGE = new Outgoing("lämp".getBytes(StandardCharsets.UTF_8),
			Map.of("tenant", "eu"));

	private RedisServer redis;

	private TestBroker broker;

	private RedisConnection connection;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.broker = new TestBroker(redis);
		this.connection = this.broker.connections().shared();
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	static Stream<Destination<?>> destinations() {
		QueueDestination queue = new QueueDestination("orders");
		StreamDestination stream = new StreamDestination("orders");
		return Stream.of(queue, queue.withMaxLength(5), queue.ifPresent(), queue.withMaxLength(5).ifPresent(),
				queue.withDeduplication(new Deduplication("4711", Duration.ofMinutes(1))),
				queue.withDue(Due.after(Duration.ofHours(1))), queue.withDue(Due.at(Instant.MAX)).withMaxLength(2),
				stream, stream.withId("9999-1"), stream.withMaxLength(10), stream.withMaxAge(Duration.ofHours(1)));
	}

	@ParameterizedTest
	@MethodSource("destinations")
	void leavesTheSameInRedisWhenItIsSentOrKeptOrPutIntoAScript(Destination<?> destination) {
		Writing<?> writing = new Writing<>(destination, MESSAGE);
		prepare(destination);
		Object result = writing.send(this.connection).join();
		Map<String, Object> sent = content();
		assertThat(sent.toString()).contains("lämp", "tenant");
		prepare(destination);
		Writing<?> kept = JSON.readValue(JSON.writeValueAsString(writing), Writing.class);
		assertThat(kept).isEqualTo(writing);
		assertSame(destination, result, kept.send(this.connection).join());
		assertThat(content()).isEqualTo(sent);
		prepare(destination);
		assertSame(destination, result, inScript(writing));
		assertThat(this.redis.commands().getdel(MARK)).isEqualTo("written");
		assertThat(content()).isEqualTo(sent);
	}

	/** Ids of entries that Redis chose differ, all else is the same. */
	private static void assertSame(Destination<?> destination, Object expected, Object result) {
		if (destination instanceof StreamDestination stream && stream.id().equals("*")) {
			assertThat((String) result).matches("\\d+-\\d+");
		}
		else {
			assertThat(result).isEqualTo(expected);
		}
	}

	private void prepare(Destination<?> destination) {
		this.redis.commands().flushall();
		if (destination instanceof QueueDestination queue && queue.onlyIfPresent()) {
			this.redis.commands().lpush("orders", "first");
		}
	}

	private <R> R inScript(Writing<R> writing) {
		ScriptPiece piece = writing.piece();
		Object reply = this.connection.run(WITH_MARK, piece.keysAfter(MARK), piece.argsAfter("written")).join().get(0);
		return writing.destination().result(reply);
	}

	/** All keys with their content, but for ids and times. */
	private Map<String, Object> content() {
		Map<String, Object> content = new TreeMap<>();
		for (String key : this.redis.commands().keys("*")) {
			content.put(key, switch (this.redis.commands().type(key)) {
				case "list" -> this.redis.commands().lrange(key, 0, -1);
				case "stream" ->
					this.redis.commands().xrange(key, Range.unbounded()).stream().map(StreamMessage::getBody).toList();
				case "hash" -> this.redis.commands().hvals(key);
				case "zset" -> this.redis.commands().zcard(key);
				default -> this.redis.commands().get(key);
			});
		}
		return content;
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void publishesTheSameWhenItIsSentOrPutIntoAScript(boolean sharded) {
		Recorder recorder = new Recorder();
		this.broker
			.listen(ChannelEndpoint.builder("news").channels("orders").sharded(sharded).handler(recorder.handler()));
		Writing<Long> writing = new Writing<>(new ChannelDestination("orders", sharded), MESSAGE);
		assertThat(writing.send(this.connection).join()).isOne();
		assertThat(JSON.readValue(JSON.writeValueAsString(writing), Writing.class)).isEqualTo(writing);
		assertThat(inScript(writing)).isOne();
		Patience.await().until(() -> recorder.count() == 2);
		assertThat(recorder.texts()).containsExactly("lämp", "lämp");
		assertThat(recorder.deliveries())
			.allSatisfy((delivery) -> assertThat(delivery.headers()).containsEntry("tenant", "eu"));
	}

	@Test
	void theResultOfAScriptTellsWhatWasNotWritten() {
		QueueDestination queue = new QueueDestination("orders");
		assertThat(inScript(new Writing<>(queue.ifPresent(), MESSAGE))).isFalse();
		Writing<Boolean> once = new Writing<>(queue.withDeduplication(new Deduplication("4711", Duration.ofMinutes(1))),
				MESSAGE);
		assertThat(inScript(once)).isTrue();
		assertThat(inScript(once)).isFalse();
		assertThatExceptionOfType(QueueFullException.class)
			.isThrownBy(() -> inScript(new Writing<>(queue.withMaxLength(1), MESSAGE)))
			.withMessageContaining("'orders' has no room for 1 more");
		assertThat(this.redis.commands().llen("orders")).isOne();
	}

	@Test
	void aScriptAddsManyFieldsAndSaysHowManyAreTooMany() {
		StreamDestination stream = new StreamDestination("orders").withMaxAge(Duration.ofHours(1));
		int most = ScriptPiece.MOST_VALUES / 2 - 1;
		inScript(new Writing<>(stream, withHeaders(most)));
		assertThat(this.redis.commands().xrange("orders", Range.unbounded())).singleElement()
			.satisfies((entry) -> assertThat(entry.getBody()).hasSize(most + 1));
		assertThatIllegalArgumentException().isThrownBy(() -> stream.piece(withHeaders(most + 1)))
			.withMessageContaining("has 3751 fields, but a script can add 3750 at most");
	}

	private static Outgoing withHeaders(int count) {
		return new Outgoing(new byte[0],
				IntStream.range(0, count).boxed().collect(Collectors.toMap((i) -> "h-" + i, String::valueOf)));
	}

	@Test
	void refusesOptionsThatMakeNoSenseTogether() {
		Due later = Due.after(Duration.ofSeconds(1));
		assertThatIllegalArgumentException().isThrownBy(() -> new QueueDestination("orders", 0, null, later, true))
			.withMessageContaining("later");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new StreamDestination("orders", "*", 5, Duration.ofHours(1)))
			.withMessageContaining("not by both");
		assertThatIllegalArgumentException().isThrownBy(() -> new StreamDestination("orders", " ", 0, null))
			.withMessageContaining("form 1526569495631-0");
	}

	/** Names the kind of destination, as a store of intents does. */
	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	private interface Named {

	}

}
