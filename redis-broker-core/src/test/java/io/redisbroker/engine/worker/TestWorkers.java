package io.redisbroker.engine.worker;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.BatchHandler;
import io.redisbroker.support.TestSettings;

/**
 * Workers without a container.
 */
public final class TestWorkers {

	private TestWorkers() {
	}

	public static Workers of(Executor executor, int concurrency, int atOnce, ScheduledExecutorService timer,
			WaitingLine waiting, Consumer<List<InFlight>> task) {
		return new Workers(endpoint(TestSettings.defaults().concurrency(concurrency).batchSize(atOnce)), executor,
				timer, waiting, (call) -> task.accept(call.work()));
	}

	/** A listener that takes batches. */
	public static ListenerEndpoint endpoint(TestSettings settings) {
		return QueueEndpoint.builder("listener")
			.queues("orders")
			.settings(settings.build())
			.handler(new BatchHandler((deliveries) -> {
				throw new UnsupportedOperationException();
			}));
	}

}
