package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.autoconfigure.HttpApplication.Response;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Sources, as the endpoint shows them over HTTP.
 */
@WithRedis
class EndpointInsideIntegrationTests {

	private static final String HIDDEN = SanitizableData.SANITIZED_VALUE;

	private static final String SHOW = "management.endpoint.redisbroker.show-values=always";

	private static CountDownLatch gate;

	private RedisServer redis;

	private HttpApplication application;

	private RedisBroker broker;

	@BeforeEach
	void clear(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		gate = new CountDownLatch(1);
	}

	@AfterEach
	void stop() {
		gate.countDown();
		this.application.close();
	}

	private void start(String... properties) {
		this.application = HttpApplication.start(this.redis, List.of(Listeners.class, Masking.class), properties);
		this.broker = this.application.bean(RedisBroker.class);
	}

	private JsonNode items(String path) {
		Response response = this.application.get(path);
		assertThat(response.status()).as(response.error()).isEqualTo(200);
		return response.body().path("items");
	}

	private List<String> texts(String path, String name) {
		return StreamSupport.stream(items(path).spliterator(), false).map((item) -> item.at(name).asString()).toList();
	}

	private void sendEntries() {
		for (int i = 1; i <= 3; i++) {
			this.broker.stream("orders").withId(i * 1000 + "-1").withHeader("tenant", "eu").send("order " + i);
		}
		await().until(() -> items("/billing/inside/pending").size() > 0);
	}

	@Test
	void showsEntriesBetweenBounds() {
		start(SHOW);
		sendEntries();
		String entries = "/billing/inside/entries";
		assertThat(texts(entries, "/content/payload")).containsExactly("order 1", "order 2", "order 3");
		assertThat(items(entries).path(0).at("/content/headers/tenant").asString()).isEqualTo("eu");
		assertThat(texts(entries + "?newestFirst=true", "/id")).containsExactly("3000-1", "2000-1", "1000-1");
		assertThat(texts(entries + "?start=2000&end=(3000-1", "/id")).containsExactly("2000-1");
		assertThat(texts(entries + "?start=(1970-01-01T00:00:01Z&end=1970-01-01T00:00:02Z", "/id"))
			.containsExactly("2000-1");
		JsonNode page = this.application.get(entries + "?limit=2").body();
		assertThat(page.path("source").asString()).isEqualTo("orders");
		assertThat(page.path("items")).hasSize(2);
		JsonNode last = this.application.get(entries + "?limit=2&from=" + page.path("next").asString()).body();
		assertThat(last.path("items")).hasSize(1);
		assertThat(last.path("next").isNull()).isTrue();
	}

	@Test
	void showsGroupsConsumersAndPendingEntries() {
		start();
		sendEntries();
		assertThat(texts("/billing/inside/groups", "/name")).containsExactly("billing");
		assertThat(texts("/billing/inside/consumers", "/name")).singleElement().asString().contains(":billing");
		JsonNode pending = items("/billing/inside/pending").path(0);
		assertThat(pending.path("id").asString()).isEqualTo("1000-1");
		assertThat(pending.path("deliveries").asInt()).isOne();
		assertThat(Duration.parse(pending.path("idle").asString())).isLessThan(Duration.ofMinutes(1));
		String consumer = pending.path("consumer").asString();
		assertThat(items("/billing/inside/pending?limit=1&consumer=" + consumer)).hasSize(1);
		assertThat(items("/billing/inside/pending?consumer=absent")).isEmpty();
		assertThat(items("/billing/inside/pending?idle=1h")).isEmpty();
		assertThat(items("/billing/inside/pending?group=billing")).isNotEmpty();
	}

	@Test
	void showsWaitingDelayedAndLeasedMessages() {
		start(SHOW);
		this.broker.queue("items").sendAll(List.of("one", "two", "three", "four"));
		this.broker.queue("items").withHeader("tenant", "eu").sendDelayed("later", Duration.ofHours(1));
		await().untilAsserted(
				() -> assertThat(texts("/shipping/inside/leased?source=items", "/content/payload")).contains("one"));
		JsonNode leased = items("/shipping/inside/leased?source=items").path(0);
		assertThat(leased.path("owner").asString()).contains(":shipping");
		assertThat(Instant.parse(leased.path("until").asString())).isAfter(Instant.now().minusSeconds(5));
		JsonNode delayed = items("/shipping/inside/delayed?source=items").path(0);
		assertThat(delayed.at("/content/payload").asString()).isEqualTo("later");
		assertThat(delayed.at("/content/headers/tenant").asString()).isEqualTo("eu");
		assertThat(delayed.path("redelivery").asBoolean()).isFalse();
		assertThat(Instant.parse(delayed.path("due").asString())).isAfter(Instant.now().plusSeconds(3000));
		this.broker.queue("parts").sendAll(List.of("one", "two", "three"));
		assertThat(texts("/stopped/inside/waiting", "/content/payload")).containsExactly("one", "two", "three");
		assertThat(texts("/stopped/inside/waiting?from=1", "/position")).containsExactly("1", "2");
	}

	@Test
	void hidesValuesUnlessToldToShowThem() {
		start();
		sendEntries();
		this.redis.commands().xadd("orders", Map.of("card", "4711"));
		this.broker.queue("parts").withHeader("tenant", "eu").send("secret");
		this.broker.queue("parts").withHeader("tenant", "eu").sendDelayed("secret", Duration.ofHours(1));
		JsonNode entries = items("/billing/inside/entries");
		assertThat(entries.path(0).at("/content/payload").asString()).isEqualTo(HIDDEN);
		assertThat(entries.path(0).at("/content/payloadSize").asInt()).isEqualTo("order 1".length());
		assertThat(entries.path(0).at("/content/headers/tenant").asString()).isEqualTo(HIDDEN);
		assertThat(entries.path(3).at("/content/fields/card").asString()).isEqualTo(HIDDEN);
		assertThat(entries.path(3).at("/content/payload").isNull()).isTrue();
		assertThat(items("/billing/inside/entries?limit=1").toString()).doesNotContain("order");
		assertThat(items("/stopped/inside/waiting").toString()).contains(HIDDEN).doesNotContain("secret", "eu\"");
		assertThat(items("/stopped/inside/delayed").toString()).contains(HIDDEN).doesNotContain("secret", "eu\"");
	}

	@Test
	void appliesSanitizingFunctionsAndCutsOffLongPayloads() {
		start(SHOW);
		this.broker.queue("parts").withHeader("authorization", "basic").send("{\"token\":\"t\",\"name\":\"ada\"}");
		this.broker.queue("parts").send("x".repeat(5000));
		JsonNode messages = items("/stopped/inside/waiting");
		assertThat(messages.path(0).at("/content/headers/authorization").asString()).isEqualTo(HIDDEN);
		assertThat(messages.path(0).at("/content/payload").asString()).contains("ada", HIDDEN).doesNotContain("\"t\"");
		assertThat(messages.path(1).at("/content/payload").asString()).hasSize(2001).endsWith("…");
		assertThat(items("/stopped/inside/waiting?from=1&limit=1").path(0).at("/content/payload").asString())
			.hasSize(5000);
	}

	@Test
	void saysWhatToChange() {
		start();
		assertRefused(400,
				"There is no parameter 'consumer' of entries; there are end, from, limit, newestFirst, source, "
						+ "start",
				"/billing/inside/entries?consumer=x");
		assertRefused(400, "There is no parameter 'user' here; there are source, group, consumer, idle, start, end, "
				+ "newestFirst, from, limit", "/billing/inside/entries?user=x");
		assertRefused(400, "'idle' is 'long'; set it to a duration, such as 30s", "/billing/inside/pending?idle=long");
		assertRefused(400, "'now' is no id of a stream entry; write milliseconds since 1970, or an id such as "
				+ "1526569495631-0", "/billing/inside/entries?start=now");
		assertRefused(400,
				"'8:00' is no time; write one such as 2026-01-31T08:00:00Z, or an id such as " + "1526569495631-0",
				"/billing/inside/entries?end=(8:00");
		assertRefused(400, "'orders' is a stream and has no waiting messages; it has entries, consumer groups and "
				+ "pending entries", "/billing/inside/waiting");
		assertRefused(400, "'news' is a channel and has no entries: Redis keeps nothing that could be looked at",
				"/hearing/inside/entries");
		assertRefused(400, "Name a 'source' of listener 'shipping': items, boxes", "/shipping/inside/waiting");
		assertRefused(400, "Name a 'source' of listener 'billing': orders", "/billing/inside/entries?source=secrets");
		assertRefused(400, "Stream 'orders' has no consumer group 'biling'; there are [billing]",
				"/billing/inside/pending?group=biling");
		assertRefused(404, "There is no listener 'biling'; there are billing, hearing, shipping, stopped",
				"/biling/inside/entries");
		assertRefused(404,
				"There is no 'entires' of a listener; there is entries, pending, groups, consumers, waiting, "
						+ "delayed, leased",
				"/billing/inside/entires");
		this.redis.commands().set("parts", "no queue");
		assertRefused(503, "WRONGTYPE Operation against a key holding the wrong kind of value",
				"/stopped/inside/waiting");
	}

	private void assertRefused(int status, String reason, String path) {
		Response response = this.application.get(path);
		assertThat(response.error()).startsWith(reason);
		assertThat(response.status()).isEqualTo(status);
	}

	static class Listeners {

		@StreamListener(id = "billing", streams = "orders", group = "billing")
		void bill(String order) throws InterruptedException {
			gate.await();
		}

		@QueueListener(id = "shipping", queues = { "items", "boxes" })
		void ship(String item) throws InterruptedException {
			gate.await();
		}

		@QueueListener(id = "stopped", queues = "parts", autoStartup = "false")
		void build(String part) {
		}

		@ChannelListener(id = "hearing", channels = "news")
		void hear(String news) {
		}

	}

	static class Masking {

		@Bean
		SanitizingFunction tokens() {
			return SanitizingFunction.sanitizeValue().ifKeyEquals("authorization", "payload.token");
		}

	}

}
