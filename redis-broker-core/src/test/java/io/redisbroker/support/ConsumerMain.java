package io.redisbroker.support;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Ledger.Event;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

/**
 * The program of {@link ConsumerProcess}. Its listener obeys the words of each message,
 * and writes its actions into the {@link Ledger}. The first word, {@code hold}, is
 * optional and makes the listener wait for the gate. The next word says how the call
 * ends: {@code handle}, {@code fail}, {@code halt}, or by hand {@code acknowledge},
 * {@code retry}, {@code reject}. Further words only distinguish messages.
 */
public final class ConsumerMain {

	/** The exit status of the process after a message that says {@code halt}. */
	public static final int HALTED = 86;

	private static final String HOLD = "hold ";

	private final Ledger.Writer ledger;

	private ConsumerMain(Ledger.Writer ledger) {
		this.ledger = ledger;
	}

	public static void main(String[] args) throws IOException {
		ConsumerOptions options = ConsumerOptions.parse(args[0]);
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", options.port()));
		Ledger.Writer ledger = new Ledger.Writer(client.connect(), options.instance());
		TestBroker broker = new TestBroker(new RedisStandaloneConfiguration("127.0.0.1", options.port()),
				options.instance(), WorkerExecutors.platformThreads(), new BrokerEvents() {

					@Override
					public void lost(String listener, Delivery delivery) {
						ledger.addLost(1);
					}

				});
		Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
		DeliveryHandler handler = DeliveryHandler.of(new ConsumerMain(ledger).listener());
		broker.listen(options.transport()
			.endpoint(options.source(), options.settings(), options.batch() ? batch(handler) : handler));
		// ends with the test, also when the test is killed
		while (System.in.read() >= 0) {
			continue;
		}
		Runtime.getRuntime().halt(1);
	}

	private DeliveryListener listener() {
		return (delivery, acknowledgment) -> {
			RedisFuture<Long> begun = this.ledger.writeLater(Event.BEGUN, delivery);
			String message = String.valueOf(delivery.text());
			if (message.startsWith(HOLD)) {
				this.ledger.awaitGate();
				message = message.substring(HOLD.length());
			}
			String word = message.split(" ")[0];
			if (!word.equals("handle")) {
				begun.toCompletableFuture().join();
			}
			end(word, delivery, acknowledgment);
		};
	}

	private void end(String word, Delivery delivery, Acknowledgment acknowledgment) {
		switch (word) {
			case "handle" -> this.ledger.write(Event.HANDLED, delivery);
			case "fail" -> throw new IllegalStateException("as told");
			case "halt" -> Runtime.getRuntime().halt(HALTED);
			case "acknowledge" -> report(delivery, acknowledgment.acknowledge());
			case "retry" -> report(delivery, acknowledgment.retry(Duration.ZERO));
			case "reject" -> report(delivery, acknowledgment.deadLetter("as told"));
			default -> throw new IllegalArgumentException("What does '" + word + "' mean?");
		}
	}

	private void report(Delivery delivery, CompletableFuture<Boolean> settlement) {
		settlement.thenAccept((ours) -> this.ledger.writeLater(ours ? Event.SETTLED : Event.REFUSED, delivery));
	}

	private static DeliveryHandler batch(DeliveryHandler handler) {
		return new DeliveryHandler() {

			@Override
			public boolean isBatch() {
				return true;
			}

			@Override
			public Object prepare(Delivery delivery, Acknowledgment acknowledgment) throws Exception {
				return handler.prepare(delivery, acknowledgment);
			}

			@Override
			public void handle(List<Object> prepared) throws Throwable {
				handler.handle(prepared);
			}

		};
	}

}
