package io.redisbroker.autoconfigure;

import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.Delivery;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.cbor.CBORMapper;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * A bean adds a content type, in which payloads travel beside JSON, text and bytes.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ContentTypeIntegrationTests {

	private static final String CBOR = "application/cbor";

	private static final Order FIRST = new Order("A1", 12);

	private static final Order SECOND = new Order("A2", 13);

	private final Received received = new Received();

	private final CBORMapper cbor = new CBORMapper();

	private ApplicationContextRunner runner;

	private RedisServer redis;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withBean(CborFormat.class);
	}

	@Test
	void travelsThroughQueueStreamAndChannelBesideJson() {
		this.runner.withUserConfiguration(TakesOrders.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs").withHeader("contentType", CBOR).send(FIRST);
			broker.queue("jobs").send(SECOND);
			broker.stream("orders").withHeader("contentType", CBOR).send(FIRST);
			broker.stream("orders").send(SECOND);
			broker.channel("prices").withHeader("contentType", CBOR).publish(FIRST);
			broker.channel("prices").publish(SECOND);
			assertThat(this.received.await(6)).containsExactlyInAnyOrder(List.of("queue", FIRST),
					List.of("queue", SECOND), List.of("stream", FIRST, CBOR), List.of("stream", SECOND, "none"),
					List.of("channel", FIRST, CBOR), List.of("channel", SECOND, "none"));
		});
	}

	@Test
	void standsInAHeaderOnTheWire() {
		this.runner.run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs")
				.send(MessageBuilder.withPayload(FIRST)
					.setHeader("contentType", MimeType.valueOf("application/cbor;v=2"))
					.build());
			broker.stream("orders").withHeader("contentType", CBOR).send(FIRST);
			broker.stream("orders").send(FIRST);
			String inEnvelope = Base64.getEncoder().encodeToString(this.cbor.writeValueAsBytes(FIRST));
			assertThat(this.redis.commands().lindex("jobs", 0))
				.isEqualTo("{\"redis-broker\":1,\"headers\":{\"contentType\":\"application/cbor;v=2\"},"
						+ "\"payload-base64\":\"" + inEnvelope + "\"}");
			List<StreamMessage<String, String>> entries = this.redis.commands().xrange("orders", Range.unbounded());
			assertThat(entries.get(0).getBody()).containsOnlyKeys("payload", "contentType")
				.containsEntry("contentType", CBOR);
			assertThat(entries.get(1).getBody()).as("JSON needs no header")
				.isEqualTo(Map.of("payload", "{\"id\":\"A1\",\"amount\":12}"));
		});
	}

	@Test
	void isReadOneByOneInABatch() {
		this.runner.withPropertyValues("redis-broker.listeners.batch.auto-startup=false")
			.withUserConfiguration(TakesBatches.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.queue("batch").withHeader("contentType", CBOR).send(FIRST);
				broker.queue("batch").withHeader("contentType", "application/x-unknown").send("secret");
				broker.queue("batch").send(SECOND);
				context.getBean(ListenerRegistry.class).container("batch").orElseThrow().start();
				assertThat(this.received.awaitElements(2)).containsExactly(FIRST, SECOND);
				await().until(() -> context.getBean(DeadLetters.class).count("batch") == 1);
			});
	}

	@Test
	void isKeptWhenAMessageIsSentOn() {
		this.runner.withUserConfiguration(SendsOn.class, TakesOrders.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("decoded").withHeader("contentType", CBOR).send(FIRST);
			broker.queue("raw").withHeader("contentType", CBOR).send(SECOND);
			assertThat(this.received.await(2)).containsExactlyInAnyOrder(List.of("stream", FIRST, CBOR),
					List.of("stream", SECOND, CBOR));
		});
	}

	@Test
	void isChosenByTheClassOfThePayload() {
		this.runner.withBean(TemperatureFormat.class).withUserConfiguration(TakesTemperatures.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("temperatures").send(new Celsius(21));
			broker.queue("temperatures").sendAll(List.of(new Celsius(22)));
			broker.queue("temperatures").send(Map.of("degrees", 23));
			assertThat(this.received.await(2)).containsExactly(new Celsius(21), new Celsius(22));
			StoredDeadLetter letter = deadLetter(context.getBean(DeadLetters.class), "temperatures");
			assertThat(letter.told("message")).contains("The message has no header contentType, so it is read as JSON")
				.contains("'application/x-temperature' if the header says so");
		});
	}

	@Test
	void isRefusedWithTheListenersNameWhereNothingReadsIt(CapturedOutput output) {
		this.runner.withUserConfiguration(TakesOrders.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs").withHeader("contentType", "application/x-protobuf").send("secret");
			StoredDeadLetter letter = deadLetter(context.getBean(DeadLetters.class), "jobs");
			assertThat(letter.told("reason")).isEqualTo("UNDECODABLE");
			assertThat(letter.told("message")).contains("Listener 'queue'")
				.contains("nothing reads content type 'application/x-protobuf' as " + Order.class.getName())
				.contains("Known are JSON, text, application/cbor")
				.contains("Add a bean of type PayloadFormat");
			assertThat(letter.headers()).containsEntry("contentType", "application/x-protobuf");
			await().until(() -> output.getAll().contains("nothing reads content type 'application/x-protobuf'"));
			assertThat(output).contains("Listener 'queue' can't decode").doesNotContain("secret");
		});
	}

	@Test
	void makesADeadLetterOfABrokenMessage(CapturedOutput output) {
		this.runner.withUserConfiguration(TakesOrders.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.stream("orders").withHeader("contentType", CBOR).send(Map.of("id", "A1", "amount", "secret"));
			broker.stream("orders").withHeader("contentType", CBOR).send(new byte[] { (byte) 0xff, 0x00 });
			DeadLetters letters = context.getBean(DeadLetters.class);
			await().until(() -> letters.count("orders") == 2);
			assertThat(letters.list("orders", DeadLetterFilter.ALL, null, 10).letters())
				.allMatch((letter) -> "UNDECODABLE".equals(letter.told("reason")));
			await().until(() -> output.getAll()
				.contains("can't read content type 'application/cbor' as " + Order.class.getName()
						+ " (a value that is no int at amount)"));
			assertThat(output).contains("(StreamReadException)").doesNotContain("no JSON");
		});
	}

	@Test
	void leavesBytesAndTextToThoseThatTakeThem() {
		this.runner.withUserConfiguration(TakesAnything.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("bytes").withHeader("contentType", "application/x-unknown").send(new byte[] { -1, 0, 1 });
			broker.queue("bytes").withHeader("contentType", CBOR).send(new byte[] { -1, 0, 2 });
			broker.queue("text").withHeader("contentType", "application/xml").send("<a/>");
			broker.queue("text").withHeader("contentType", "no content type").send("b");
			broker.queue("text").withHeader("contentType", CBOR).send("c");
			broker.queue("text").withHeader("contentType", "application/x-unknown").send(new byte[] { -1, 0, 3 });
			assertThat(this.received.await(5)).containsExactlyInAnyOrder(List.of((byte) -1, (byte) 0, (byte) 1),
					List.of((byte) -1, (byte) 0, (byte) 2), "<a/>", "b", "c");
			assertThat(deadLetter(context.getBean(DeadLetters.class), "text").told("message"))
				.contains("nothing reads content type 'application/x-unknown' as java.lang.String");
		});
	}

	@Test
	void isThatOfAPayloadThatIsRedriven() {
		this.runner.withUserConfiguration(TakesOrders.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			DeadLetters letters = context.getBean(DeadLetters.class);
			for (String source : List.of("jobs", "orders")) {
				for (Object replacement : List.of(SECOND, "{\"id\":\"A3\",\"amount\":14}")) {
					byte[] broken = { (byte) 0xff };
					if (source.equals("jobs")) {
						broker.queue(source).withHeader("contentType", CBOR).send(broken);
					}
					else {
						broker.stream(source).withHeader("contentType", CBOR).send(broken);
					}
					assertThat(letters.redrive(source, deadLetter(letters, source).id(), replacement)).isTrue();
				}
			}
			Order text = new Order("A3", 14);
			assertThat(this.received.await(4)).containsExactlyInAnyOrder(List.of("queue", SECOND),
					List.of("queue", text), List.of("stream", SECOND, CBOR), List.of("stream", text, "none"));
		});
	}

	@Test
	void isReadLaterWhereItsFormatSaysSo() {
		this.runner.withBean(TemperatureFormat.class).withUserConfiguration(TakesTemperatures.class).run((context) -> {
			context.getBean(TemperatureFormat.class).outages = 2;
			context.getBean(RedisBroker.class).queue("temperatures").send(new Celsius(21));
			assertThat(this.received.await(1)).containsExactly(new Celsius(21));
			assertThat(context.getBean(DeadLetters.class).count("temperatures")).isZero();
		});
	}

	/**
	 * The other messages of a batch don't share the fate of one that can't be read now.
	 */
	@Test
	void concernsOneMessageOfABatchWhereItCantBeReadNow() {
		this.runner.withBean(TemperatureFormat.class)
			.withPropertyValues("redis-broker.listeners.readings.auto-startup=false",
					"redis-broker.listeners.readings.max-attempts=1")
			.withUserConfiguration(TakesReadings.class)
			.run((context) -> {
				context.getBean(TemperatureFormat.class).outages = 1;
				context.getBean(RedisBroker.class)
					.queue("readings")
					.sendAll(List.of(new Celsius(1), new Celsius(2), new Celsius(3)));
				context.getBean(ListenerRegistry.class).container("readings").orElseThrow().start();
				assertThat(this.received.awaitElements(2)).containsExactly(new Celsius(2), new Celsius(3));
				assertThat(deadLetter(context.getBean(DeadLetters.class), "readings").told("message"))
					.isEqualTo("The registry of schemas is down");
			});
	}

	/** As before there were formats: the header may mean something else. */
	@ParameterizedTest
	@ValueSource(strings = { "json", "order.v1", "application/xml" })
	void meansNothingWithoutFormats(String contentType) {
		TestApplication.runner(this.redis)
			.withBean(Received.class, () -> this.received)
			.withUserConfiguration(TakesOrders.class)
			.run((context) -> {
				context.getBean(RedisBroker.class).queue("jobs").withHeader("contentType", contentType).send(FIRST);
				assertThat(this.received.await(1)).containsExactly(List.of("queue", FIRST));
			});
	}

	@Test
	void meansNothingIfItIsNoMimeType() {
		this.runner.withUserConfiguration(TakesOrders.class).run((context) -> {
			context.getBean(RedisBroker.class).queue("jobs").withHeader("contentType", "order.v1").send(FIRST);
			assertThat(this.received.await(1)).containsExactly(List.of("queue", FIRST));
		});
	}

	@Test
	void isRefusedWhereNothingWritesIt() {
		this.runner.withBean(TemperatureFormat.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> broker.queue("jobs").withHeader("contentType", "application/x-avro").send(FIRST))
				.withMessage("No PayloadFormat writes " + Order.class.getName() + " as content type "
						+ "'application/x-avro': add a bean of type PayloadFormat that supports it, or send bytes");
			assertThatIllegalArgumentException().isThrownBy(
					() -> broker.stream("orders").withHeader("contentType", "application/x-temperature").send(FIRST))
				.withMessageContaining("as content type 'application/x-temperature'");
			assertThat(this.redis.commands().exists("jobs", "orders")).isZero();
		});
	}

	@Test
	void belongsToOneFormat() {
		this.runner.withBean("other", CborFormat.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("PayloadFormat " + CborFormat.class.getName() + " has the content type application/cbor, "
						+ "and so has " + CborFormat.class.getName()
						+ ". Remove one of the beans, or return another content type."));
	}

	private static StoredDeadLetter deadLetter(DeadLetters letters, String source) {
		await().until(() -> letters.count(source) == 1);
		return letters.list(source, DeadLetterFilter.ALL, null, 1).letters().get(0);
	}

	record Order(String id, int amount) {

	}

	static class TakesOrders {

		private final Received received;

		TakesOrders(Received received) {
			this.received = received;
		}

		@QueueListener(id = "queue", queues = "jobs")
		void job(Order order) {
			this.received.add("queue", order);
		}

		@StreamListener(streams = "orders", group = "billing")
		void entry(Message<Order> order) {
			this.received.add("stream", order.getPayload(), order.getHeaders().getOrDefault("contentType", "none"));
		}

		@ChannelListener(channels = "prices")
		void message(Order order, @Header(name = "contentType", defaultValue = "none") String contentType,
				Delivery delivery) {
			assertThat(delivery.contentType()).isEqualTo(contentType.equals("none") ? null : contentType);
			this.received.add("channel", order, contentType);
		}

	}

	static class TakesBatches {

		private final Received received;

		TakesBatches(Received received) {
			this.received = received;
		}

		@QueueListener(id = "batch", queues = "batch")
		void batch(List<Order> orders) {
			this.received.add(orders);
		}

	}

	static class TakesReadings {

		private final Received received;

		TakesReadings(Received received) {
			this.received = received;
		}

		@QueueListener(id = "readings", queues = "readings")
		void batch(List<Temperature> temperatures) {
			this.received.add(temperatures);
		}

	}

	static class SendsOn {

		private final RedisBroker broker;

		SendsOn(RedisBroker broker) {
			this.broker = broker;
		}

		@QueueListener(queues = "decoded")
		void decoded(Message<Order> order) {
			this.broker.stream("orders").send(order);
		}

		@QueueListener(queues = "raw")
		void raw(Delivery delivery) {
			this.broker.stream("orders").send(delivery);
		}

	}

	static class TakesTemperatures {

		private final Received received;

		TakesTemperatures(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "temperatures")
		void on(Temperature temperature) {
			this.received.add(temperature);
		}

	}

	static class TakesAnything {

		private final Received received;

		TakesAnything(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "bytes")
		void bytes(byte[] bytes) {
			this.received.add(bytes[0], bytes[1], bytes[2]);
		}

		@QueueListener(queues = "text")
		void text(String text) {
			this.received.add(text);
		}

	}

	/** Jackson can make none of any payload. */
	interface Temperature {

	}

	record Celsius(int degrees) implements Temperature {

	}

}
