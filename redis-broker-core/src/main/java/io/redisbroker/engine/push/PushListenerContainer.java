package io.redisbroker.engine.push;

import java.util.Collection;

import io.redisbroker.engine.worker.ListenerLifecycle;
import io.redisbroker.engine.worker.ListenerRun;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.OverflowPolicy;

/**
 * The container of channels: messages that Redis pushes wait in a buffer for the workers.
 * With one worker, they are handled in order.
 */
public final class PushListenerContainer extends ListenerLifecycle {

	private final DeliveryFeed feed;

	private final int bufferSize;

	private final OverflowPolicy overflow;

	/**
	 * Creates a container.
	 * @param endpoint the listener
	 * @param feed brings the deliveries
	 * @param bufferSize how many deliveries may wait for a worker
	 * @param overflow decides which deliveries are dropped beyond that
	 * @param runtime shared by all containers
	 */
	public PushListenerContainer(ListenerEndpoint endpoint, DeliveryFeed feed, int bufferSize, OverflowPolicy overflow,
			ListenerRuntime runtime) {
		super(endpoint, runtime);
		this.feed = feed;
		this.bufferSize = bufferSize;
		this.overflow = overflow;
	}

	@Override
	protected ListenerRun newRun() {
		return new PushRun(endpoint(), this.feed, this.bufferSize, this.overflow, runtime());
	}

	@Override
	public Collection<String> missing() {
		return this.feed.missing();
	}

}
