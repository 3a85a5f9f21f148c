package io.redisbroker.engine.pull;

import java.util.List;
import java.util.function.Supplier;

import io.redisbroker.engine.worker.ListenerLifecycle;
import io.redisbroker.engine.worker.ListenerRun;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.Priorities;
import io.redisbroker.listener.ListenerEndpoint;

/**
 * The container of queues and streams: one {@link PullLoop} per source, all feeding the
 * same workers. With one worker, the messages of a source are handled in order.
 */
public final class PullListenerContainer extends ListenerLifecycle {

	private final List<Supplier<DeliverySource>> sources;

	private final Priorities priorities;

	/**
	 * Creates a container.
	 * @param endpoint the listener
	 * @param sources each makes a source for one period of reading, which has a name of
	 * its own in Redis, or returns the same one where it has none
	 * @param priorities the order of the sources, if there is one
	 * @param runtime shared by all containers
	 */
	public PullListenerContainer(ListenerEndpoint endpoint, List<Supplier<DeliverySource>> sources,
			Priorities priorities, ListenerRuntime runtime) {
		super(endpoint, runtime);
		this.sources = List.copyOf(sources);
		this.priorities = priorities;
	}

	@Override
	protected ListenerRun newRun() {
		return new PullRun(endpoint(), this.sources, this.priorities, runtime());
	}

}
