package io.redisbroker.send;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.support.ConnectionKiller;
import io.redisbroker.support.Load;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An id is returned only when Redis has the entry, and nothing is sent twice.
 */
@WithRedis
class SendingOverBrokenConnectionsIntegrationTests {

	@Test
	void sendsNothingTwiceOneByOne(RedisServer redis) {
		Set<String> ids = Collections.synchronizedSet(new HashSet<>());
		try (TestBroker broker = new TestBroker(redis);
				Load load = Load.atFullSpeed((text) -> ids.add(broker.broker().stream("orders").send(text)))) {
			ConnectionKiller.kill(redis, 40);
			load.stop();
			assertThat(load.sent()).hasSameSizeAs(ids).hasSizeGreaterThan(100);
			assertKept(redis, ids, load.failed());
		}
	}

	@Test
	void sendsNothingTwiceWithoutWaiting(RedisServer redis) {
		Set<String> ids = Collections.synchronizedSet(new HashSet<>());
		ConcurrentLinkedQueue<String> failed = new ConcurrentLinkedQueue<>();
		ConcurrentLinkedQueue<CompletableFuture<?>> replies = new ConcurrentLinkedQueue<>();
		try (TestBroker broker = new TestBroker(redis);
				Load load = Load.every(Duration.ofNanos(200_000),
						(text) -> replies.add(broker.broker().stream("orders").sendAsync(text).handle((id, failure) -> {
							if (failure != null) {
								failed.add(text);
							}
							else {
								ids.add(id);
							}
							return id;
						})))) {
			ConnectionKiller.kill(redis, 40);
			load.stop();
			await().until(() -> replies.stream().allMatch(CompletableFuture::isDone));
			assertThat(ids.size() + failed.size()).isEqualTo(load.count());
			assertKept(redis, ids, failed);
		}
	}

	@Test
	void tellsOfEachOfManyWhetherItWasSent(RedisServer redis) {
		Set<String> ids = new HashSet<>();
		List<String> failed = new ArrayList<>();
		try (TestBroker broker = new TestBroker(redis)) {
			CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> ConnectionKiller.kill(redis, 20));
			int round = 0;
			while (!killer.isDone()) {
				int number = round++;
				List<String> texts = IntStream.range(0, 3000).mapToObj((i) -> "m-" + number + "-" + i).toList();
				try {
					ids.addAll(broker.broker().stream("orders").sendAll(texts));
				}
				catch (SendAllException ex) {
					assertThat(ex).hasCauseInstanceOf(DataAccessException.class);
					for (int i = 0; i < ex.ids().size(); i++) {
						if (ex.ids().get(i) != null) {
							ids.add(ex.ids().get(i));
						}
						else {
							failed.add(texts.get(i));
						}
					}
				}
			}
			killer.join();
			assertKept(redis, ids, failed);
		}
	}

	@Test
	void waitsForRedisToComeBackBeforeItSends(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").send("before");
			redis.stop();
			CompletableFuture<String> reply = broker.broker().stream("orders").sendAsync("after");
			assertThat(reply).isNotDone();
			redis.restart();
			await().until(reply::isDone);
			assertThat(redis.commands().xrange("orders", Range.unbounded())).singleElement()
				.satisfies((entry) -> assertThat(entry.getId()).isEqualTo(reply.join()));
		}
	}

	@Test
	void failsWhenRedisStaysAway(RedisServer redis) {
		try (TestBroker broker = TestBroker.withCommandTimeout(redis, Duration.ofMillis(300))) {
			redis.stop();
			assertThatExceptionOfType(RedisConnectionFailureException.class)
				.isThrownBy(() -> broker.broker().stream("orders").send("x"));
		}
	}

	/**
	 * Ids that were returned, and at most those that failed, are in the stream, and no
	 * text twice.
	 */
	private static void assertKept(RedisServer redis, Set<String> ids, Iterable<String> failed) {
		List<String> kept = new ArrayList<>();
		List<String> texts = new ArrayList<>();
		redis.commands().xrange("orders", Range.unbounded()).forEach((entry) -> {
			kept.add(entry.getId());
			texts.add(entry.getBody().get("payload"));
		});
		Set<String> mayBe = new HashSet<>();
		failed.forEach(mayBe::add);
		assertThat(new HashSet<>(kept).containsAll(ids)).as("every id that was returned is in the stream").isTrue();
		assertThat(new HashSet<>(texts)).as("no text is there twice").hasSameSizeAs(texts);
		assertThat(redis.commands()
			.xrange("orders", Range.unbounded())
			.stream()
			.filter((entry) -> !ids.contains(entry.getId()))
			.map((entry) -> entry.getBody().get("payload"))
			.collect(Collectors.toSet())).as("an entry without a returned id had failed").isSubsetOf(mayBe);
	}

}
