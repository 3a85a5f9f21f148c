package io.redisbroker.engine.worker;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
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
		return QueueEndpoint.builder("listener").queues("orders").settings(settings.build()).handler(new Batches());
	}

	private static final class Batches implements DeliveryHandler {

		@Override
		public boolean isBatch() {
			return true;
		}

		@Override
		public Object prepare(Delivery delivery, Acknowledgment acknowledgment) {
			return delivery;
		}

		@Override
		public void handle(List<Object> prepared) {
			throw new UnsupportedOperationException();
		}

	}

}
