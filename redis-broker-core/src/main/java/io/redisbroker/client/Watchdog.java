package io.redisbroker.client;

import java.time.Duration;

/**
 * Notices a node that says nothing any more though its connection looks open: asks after
 * a fifth of the silence allowed, suspects when the answer is late by a tenth, and gives
 * up after four fifths, which leaves a fifth for healing. Suspicion alone closes nothing,
 * since a server that is only busy will deliver what was published meanwhile.
 */
final class Watchdog {

	private final long allowed;

	Watchdog(Duration longestSilence) {
		this.allowed = longestSilence.toNanos();
	}

	Duration period() {
		return Duration.ofNanos(this.allowed / 20);
	}

	void look(PubSubLink link, long now) {
		if (link.isOpen() && link.unansweredFor(now) == 0 && now - link.heardAt() > this.allowed / 5) {
			link.ping(now);
		}
	}

	boolean isSuspect(PubSubLink link) {
		return link.unansweredFor(System.nanoTime()) > this.allowed / 10;
	}

	boolean isDead(PubSubLink link, long now) {
		return link.unansweredFor(now) > 0 && now - link.heardAt() > this.allowed / 5 * 4;
	}

}
