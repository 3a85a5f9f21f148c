package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the address leads to another primary, for applications that publish: a
 * primary that becomes a replica keeps its connections, accepts PUBLISH and passes the
 * messages only to its own subscribers. The watch asks for the role of the server at
 * intervals once the application has published on a channel; a replica refuses other
 * commands, and its subscribers receive the messages of the new primary. A server that
 * never was a primary is not left.
 */
final class PrimaryWatch {

	private static final Logger logger = LoggerFactory.getLogger(PrimaryWatch.class);

	private static final Duration PERIOD = Duration.ofSeconds(3);

	private final SharedConnection shared;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private volatile boolean ended;

	private boolean wasPrimary;

	private boolean isReplica;

	private int demotions;

	/**
	 * Creates a watch that does not look yet.
	 * @param shared the connection to the server
	 */
	PrimaryWatch(SharedConnection shared) {
		this.shared = shared;
	}

	/** Adds a listener that is called when another server has become the primary. */
	void listen(Runnable listener) {
		this.listeners.add(listener);
	}

	void start() {
		if (!this.ended) {
			CompletableFuture.delayedExecutor(PERIOD.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
				.execute(this::look);
		}
	}

	void end() {
		this.ended = true;
	}

	private synchronized void look() {
		boolean watching = !this.wasPrimary || this.shared.publishes() || this.shared.demotions() != this.demotions;
		if (this.ended || !watching || !this.shared.isConnected()) {
			start();
			return;
		}
		this.shared.send(Command.of("INFO", Reply.STRING).arg("replication")).whenComplete(this::answered);
	}

	private void answered(@Nullable String info, @Nullable Throwable failure) {
		if (info != null) {
			learn(info);
		}
		else if (!Failures.isTransient(failure)) {
			logger.debug("The role of the server can't be checked", failure);
			return;
		}
		start();
	}

	private synchronized void learn(String info) {
		if (info.contains("role:slave")) {
			if (this.wasPrimary && !this.isReplica) {
				logger.warn("The connected server has become a replica; reconnecting until the address "
						+ "leads to the primary");
			}
			this.isReplica = this.wasPrimary;
			if (this.wasPrimary) {
				this.shared.leave();
			}
			return;
		}
		int before = this.demotions;
		this.demotions = this.shared.demotions();
		boolean another = this.isReplica || this.demotions != before;
		this.wasPrimary = true;
		this.isReplica = false;
		if (another) {
			this.listeners.forEach(Runnable::run);
		}
	}

}
