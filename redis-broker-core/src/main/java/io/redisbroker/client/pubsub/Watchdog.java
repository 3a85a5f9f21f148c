package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Detects a node that is silent although its connection looks open: pings it after a
 * fifth of the silence allowed (two seconds at most; half of that where other nodes can
 * take over), suspects it when the answer is late by a tenth (one second at most), and
 * gives the connection up after four fifths, which leaves a fifth for resubscribing.
 * Suspicion alone closes no connection, because a server that is only busy delivers the
 * messages later.
 */
final class Watchdog {

	private static final long LONGEST_SUSPENSE = TimeUnit.SECONDS.toNanos(1);

	private final long allowed;

	/** How late an answer may be before the node is suspect. */
	private final long suspense;

	/** How long a node may be silent before it is pinged. */
	private final long quiet;

	Watchdog(Duration longestSilence, boolean hasOtherNodes) {
		this.allowed = longestSilence.toNanos();
		this.suspense = Math.min(this.allowed / 10, LONGEST_SUSPENSE);
		this.quiet = hasOtherNodes ? this.suspense : this.suspense * 2;
	}

	Duration period() {
		return Duration.ofNanos(this.suspense / 2);
	}

	void look(PubSubLink link, long now) {
		if (link.isOpen() && link.unansweredFor(now) == 0 && now - link.heardAt() > this.quiet) {
			link.ping(now);
		}
	}

	boolean isSuspect(PubSubLink link) {
		return link.unansweredFor(System.nanoTime()) > this.suspense;
	}

	boolean isDead(PubSubLink link, long now) {
		return link.unansweredFor(now) > 0 && now - link.heardAt() > this.allowed / 5 * 4;
	}

}
