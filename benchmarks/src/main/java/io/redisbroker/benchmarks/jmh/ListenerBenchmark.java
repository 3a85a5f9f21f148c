package io.redisbroker.benchmarks.jmh;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.engine.annotation.ListenerMethodFactory;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures the work of redis-broker for each message between Redis and the listener,
 * beside the part that Jackson and reflection need anyway: nanoseconds per message.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ListenerBenchmark {

	private static final Acknowledgment NONE = new Acknowledgment() {

		@Override
		public CompletableFuture<Boolean> acknowledge() {
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public CompletableFuture<Boolean> retry(Duration after) {
			return acknowledge();
		}

		@Override
		public CompletableFuture<Boolean> deadLetter(String reason) {
			return acknowledge();
		}

	};

	/** About how many bytes of JSON. */
	@Param({ "200", "10000" })
	private int bytes;

	private byte[] payload = {};

	private Order order = new Order(0, "", 0, List.of(), "");

	private final JsonMapper json = JsonMapper.builder().build();

	private final ObjectReader reader = this.json.readerFor(Order.class);

	private final PayloadCodec codec = new PayloadCodec(this.json);

	private final Listener listener = new Listener();

	private final Method method = Listener.method();

	private final DeliveryHandler handler = new ListenerMethodFactory(this.codec, null, null).create(this.listener,
			this.method, "benchmark");

	private Delivery delivery = delivery(this.payload);

	private List<Object> prepared = List.of();

	/**
	 * Creates the message.
	 * @throws Exception when that fails
	 */
	@Setup
	public void makeMessage() throws Exception {
		Order small = new Order(1234567, "customer-1234", 1234.5, List.of("apples", "pears", "bread"), "");
		int missing = Math.max(0, this.bytes - this.json.writeValueAsBytes(small).length);
		this.order = new Order(small.id(), small.customer(), small.amount(), small.items(), "x".repeat(missing));
		this.payload = this.json.writeValueAsBytes(this.order);
		this.delivery = delivery(this.payload);
		this.prepared = List.of(this.handler.prepare(this.delivery, NONE));
	}

	/** Decoding alone, in the cheapest way. */
	@Benchmark
	public Object decodeWithJackson() {
		return this.reader.readValue(this.payload);
	}

	/** Decoding with the codec, which finds the reader. */
	@Benchmark
	public @Nullable Object decodeWithCodec() {
		return this.codec.decode(this.payload, Order.class);
	}

	/** Encoding with the codec. */
	@Benchmark
	public byte[] encodeWithCodec() {
		return this.codec.encode(this.order);
	}

	/** Decoding into the parameter of a method. */
	@Benchmark
	public Object prepare() throws Exception {
		return this.handler.prepare(this.delivery, NONE);
	}

	/** Calling a method by reflection, in the cheapest way. */
	@Benchmark
	public void invokeWithReflection(Blackhole sink) throws Exception {
		this.listener.sink = sink;
		this.method.invoke(this.listener, this.order);
	}

	/** Calling the listener's method as a container does. */
	@Benchmark
	public void invoke(Blackhole sink) throws Throwable {
		this.listener.sink = sink;
		this.handler.handle(this.prepared);
	}

	private static Delivery delivery(byte[] payload) {
		return new Delivery("orders", "1526569495631-0", 1, new Delivery.Content() {

			@Override
			public byte[] payload() {
				return payload;
			}

			@Override
			public Map<String, String> headers() {
				return Map.of();
			}

			@Override
			public byte[][] raw() {
				return new byte[][] { "payload".getBytes(StandardCharsets.UTF_8), payload };
			}

		});
	}

	/** The listener as an application has it. */
	public static class Listener {

		private @Nullable Blackhole sink;

		static Method method() {
			try {
				return Listener.class.getMethod("handle", Order.class);
			}
			catch (NoSuchMethodException ex) {
				throw new IllegalStateException(ex);
			}
		}

		/**
		 * Called for each message.
		 * @param order the message
		 */
		public void handle(Order order) {
			Blackhole sink = this.sink;
			if (sink != null) {
				sink.consume(order);
			}
		}

	}

	/**
	 * The message of all benchmarks.
	 *
	 * @param id a number
	 * @param customer some text
	 * @param amount some number
	 * @param items some list
	 * @param note text that fills the message up to the wanted size
	 */
	public record Order(long id, String customer, double amount, List<String> items, String note) {

	}

}
