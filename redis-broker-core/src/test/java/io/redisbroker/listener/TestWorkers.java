package io.redisbroker.listener;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.settlement.Acknowledgment;
import io.redisbroker.support.TestSettings;

/**
 * Workers without a container.
 */
final class TestWorkers {

	private TestWorkers() {
	}

	static Workers of(Executor executor, int concurrency, int atOnce, ScheduledExecutorService timer,
			WaitingLine waiting, Consumer<List<InFlight>> task) {
		return new Workers(endpoint(TestSettings.defaults().concurrency(concurrency).batchSize(atOnce)), executor,
				timer, waiting, (call) -> task.accept(call.work()));
	}

	/** A listener that takes batches. */
	static ListenerEndpoint endpoint(TestSettings settings) {
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
