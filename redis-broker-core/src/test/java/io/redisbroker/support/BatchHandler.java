package io.redisbroker.support;

import java.util.List;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;

/**
 * A listener that takes batches.
 *
 * @param batch handles a batch
 */
public record BatchHandler(BatchListener batch) implements DeliveryHandler {

	@Override
	public boolean isBatch() {
		return true;
	}

	@Override
	public Object prepare(Delivery delivery, Acknowledgment acknowledgment) {
		return delivery;
	}

	@Override
	public void handle(List<Object> prepared) throws Throwable {
		this.batch.handle(prepared.stream().map(Delivery.class::cast).toList());
	}

	/** Handles a batch. */
	public interface BatchListener {

		void handle(List<Delivery> deliveries) throws Exception;

	}

}
