package io.redisbroker.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices a node that says nothing any more though its connection looks open: asks after
 * a tenth of the silence allowed, suspects when the answer is late by another tenth (one
 * second each at most), and gives up after four fifths, which leaves a fifth for healing.
 * Suspicion alone closes nothing, since a server that is only busy will deliver what was
 * published meanwhile.
 */
final class Watchdog {

	private static final long LONGEST_SUSPENSE = TimeUnit.SECONDS.toNanos(1);

	private final long allowed;

	/** How late an answer may be before that is suspicious. */
	private final long suspense;

	Watchdog(Duration longestSilence) {
		this.allowed = longestSilence.toNanos();
		this.suspense = Math.min(this.allowed / 10, LONGEST_SUSPENSE);
	}

	Duration period() {
		return Duration.ofNanos(this.suspense / 2);
	}

	void look(PubSubLink link, long now) {
		if (link.isOpen() && link.unansweredFor(now) == 0 && now - link.heardAt() > this.suspense) {
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
