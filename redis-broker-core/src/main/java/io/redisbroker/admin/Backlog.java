package io.redisbroker.admin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What is left to do in one source, all instances together, at one moment. Immutable.
 *
 * @param lag messages that were never handed out, or {@code null} where Redis can't tell
 * @param inFlight messages that consumers hold, those read ahead included
 * @param delayed messages that wait for their time
 * @param oldest how long ago the oldest message was sent that is not settled: zero when
 * there is none, {@code null} where that can't be told
 * @since 0.1.0
 */
public record Backlog(@Nullable Long lag, long inFlight, long delayed, @Nullable Duration oldest) {

	/**
	 * Adds up what is left to do.
	 * @return the number of messages, or {@code null} where Redis can't tell
	 */
	public @Nullable Long total() {
		return (this.lag != null) ? this.lag + this.inFlight + this.delayed : null;
	}

}
