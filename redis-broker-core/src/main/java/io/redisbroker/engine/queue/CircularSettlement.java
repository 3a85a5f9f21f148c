package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.engine.settlement.DeadLetterFields;
import io.redisbroker.engine.settlement.UnownedSettlement;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;

/**
 * For items that never left their list: however a visit ends, the next one comes. Only a
 * dead letter takes an item out.
 */
final class CircularSettlement extends UnownedSettlement {

	private final RedisConnection connection;

	CircularSettlement(RedisConnection connection, ListenerSettings settings, ScheduledExecutorService timer) {
		super(connection, (delivery, letter) -> DeadLetterFields.of(delivery, letter, TransportType.QUEUE, null),
				settings::deadLettersOf, settings.retention(), timer);
		this.connection = connection;
	}

	/** The next visit asks again, by itself. */
	@Override
	protected boolean isRepeated(Throwable failure) {
		return Failures.isTransient(failure);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	protected CompletableFuture<Boolean> write(String letters, List<Object> fields, Delivery delivery) {
		List<Object> args = new ArrayList<>(List.of(QueueContent.valueOf(delivery)));
		args.addAll(fields);
		return this.connection.run(QueueScripts.TAKE_OUT, List.of(delivery.source(), letters), args)
			.thenApply((removed) -> !removed.isEmpty());
	}

}
