package io.redisbroker.admin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The work that is left in one source for all instances together, at one moment.
 * Immutable.
 *
 * @param lag messages that were never handed out, or {@code null} where Redis does not
 * know
 * @param inFlight messages that consumers hold, those read ahead included
 * @param delayed messages that wait for their time
 * @param oldest how long ago the oldest message was sent that is not settled: zero when
 * there is none, {@code null} where that can't be told
 * @since 0.1.0
 */
public record Backlog(@Nullable Long lag, long inFlight, long delayed, @Nullable Duration oldest) {

	/**
	 * Adds up the messages that are left to do.
	 * @return the number of messages, or {@code null} where Redis does not know
	 */
	public @Nullable Long total() {
		return (this.lag != null) ? this.lag + this.inFlight + this.delayed : null;
	}

}
