package io.redisbroker.admin;

import java.time.Instant;

import io.redisbroker.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters of a source are meant. Immutable.
 *
 * @param exception the class of the exception, with its package or without, or
 * {@code null} for any
 * @param reason the reason, or {@code null} for any
 * @param from the earliest time by Redis' clock, or {@code null} for any
 * @param to the latest time by Redis' clock, or {@code null} for any
 * @since 0.1.0
 */
public record DeadLetterFilter(@Nullable String exception, DeadLetter.@Nullable Reason reason, @Nullable Instant from,
		@Nullable Instant to) {

	/** All of them. */
	public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

	/**
	 * Only those of an exception.
	 * @param type the class, with its package or without
	 * @return the filter
	 */
	public DeadLetterFilter withException(String type) {
		return new DeadLetterFilter(type, this.reason, this.from, this.to);
	}

	/**
	 * Only those with a reason.
	 * @param other the reason
	 * @return the filter
	 */
	public DeadLetterFilter withReason(DeadLetter.Reason other) {
		return new DeadLetterFilter(this.exception, other, this.from, this.to);
	}

	/**
	 * Only those of a time.
	 * @param earliest the earliest, or {@code null} for any
	 * @param latest the latest, or {@code null} for any
	 * @return the filter
	 */
	public DeadLetterFilter between(@Nullable Instant earliest, @Nullable Instant latest) {
		return new DeadLetterFilter(this.exception, this.reason, earliest, latest);
	}

	/**
	 * Returns the lower bound of the time.
	 * @return a bound of {@code XRANGE}
	 */
	public String start() {
		return (this.from != null) ? String.valueOf(Math.max(0, this.from.toEpochMilli())) : "-";
	}

	/**
	 * Returns the upper bound of the time.
	 * @return a bound of {@code XRANGE}
	 */
	public String end() {
		return (this.to != null) ? String.valueOf(Math.max(0, this.to.toEpochMilli())) : "+";
	}

	public boolean matches(StoredDeadLetter letter) {
		return (this.reason == null || this.reason.name().equals(letter.told("reason")))
				&& (this.exception == null || isOf(letter.exception(), this.exception));
	}

	private static boolean isOf(@Nullable String type, String asked) {
		return type != null && (type.equals(asked) || type.substring(type.lastIndexOf('.') + 1).equals(asked));
	}

}
