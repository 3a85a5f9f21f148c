package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ReadableDuration;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Removes entries from the streams that have a retention, while the application runs:
 * every second when there is much to remove, otherwise once a minute. Several instances
 * may do it at the same time. Without a retention it does nothing. Thread-safe.
 */
public final class StreamHousekeeping implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StreamHousekeeping.class);

	/** By the number of rounds in a row that found little to remove. */
	private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2);

	private static final int LONGEST_PAUSE = 7;

	private static final int LITTLE = 1_000;

	private static final int MUCH = 10_000;

	private final List<KeptStream> streams;

	private final ListenerRegistry registry;

	private @Nullable ScheduledExecutorService timer;

	private volatile boolean running;

	/**
	 * Creates the housekeeping.
	 * @param directory every Redis
	 * @param events is told of entries that a listener's group did not get
	 * @param retentions the retentions of streams
	 * @param registry the listeners, whose groups are waited for
	 */
	public StreamHousekeeping(RedisDirectory directory, BrokerEvents events, StreamRetentions retentions,
			ListenerRegistry registry) {
		this.registry = registry;
		this.streams = retentions.all()
			.stream()
			.filter((retention) -> !retention.keepsAll())
			.map((retention) -> new KeptStream(retention, directory, () -> readersOf(retention.stream()), events))
			.toList();
	}

	/** Also those that are registered later. */
	private List<StreamEndpoint> readersOf(String stream) {
		return this.registry.containers()
			.stream()
			.map(ListenerContainer::endpoint)
			.filter(StreamEndpoint.class::isInstance)
			.map(StreamEndpoint.class::cast)
			.filter((endpoint) -> endpoint.sources().contains(stream))
			.toList();
	}

	/**
	 * Returns the retentions of streams.
	 * @return the retentions, whose streams are complete keys
	 */
	public List<StreamRetention> retentions() {
		return this.streams.stream().map(KeptStream::retention).toList();
	}

	/**
	 * Returns the groups that keep entries in streams whose acknowledged entries are
	 * removed, and have no active consumer.
	 * @return the groups, as far as the last look found them
	 */
	public List<IdleGroup> idleGroups() {
		return this.streams.stream().flatMap((stream) -> stream.idleGroups().stream()).toList();
	}

	@Override
	public synchronized void start() {
		if (this.running) {
			return;
		}
		this.running = true;
		if (this.streams.isEmpty()) {
			return;
		}
		// not the listeners' timer, which keeps the JVM alive
		CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-broker-housekeeping-");
		threads.setDaemon(true);
		ScheduledExecutorService started = new ScheduledThreadPoolExecutor(1, threads);
		this.timer = started;
		for (KeptStream stream : this.streams) {
			StreamRetention retention = stream.retention();
			logger.info("Removes entries of stream '{}': max-length {}, max-age {}, acknowledged by every group: {}",
					retention.stream(), (retention.maxLength() > 0) ? retention.maxLength() : "none",
					(retention.maxAge() != null) ? ReadableDuration.of(retention.maxAge()) : "none",
					retention.acknowledged());
			schedule(stream, 1, started);
		}
	}

	private void schedule(KeptStream stream, int pause, ScheduledExecutorService on) {
		try {
			on.schedule(
					() -> stream.round(() -> !on.isShutdown())
						.thenAccept((removed) -> schedule(stream, next(pause, removed), on)),
					PAUSES.delay(pause).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application stops, and with it the retention of '{}'", stream.retention().stream(), ex);
		}
	}

	private static int next(int pause, long removed) {
		int change = (removed >= MUCH) ? -1 : (removed < LITTLE) ? 1 : 0;
		return Math.max(1, Math.min(LONGEST_PAUSE, pause + change));
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		ScheduledExecutorService stopped = this.timer;
		if (stopped != null) {
			stopped.shutdownNow();
			this.timer = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Starts after the listeners, which create their groups, and stops before them. */
	@Override
	public int getPhase() {
		return this.registry.getPhase() + 1;
	}

}
