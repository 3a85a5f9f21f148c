package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.ExceptionRules.Treatment;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties of listeners to which messages are delivered again: of all, of a
 * transport's, or of one. A property that is not set comes from the next more general
 * place. Defaults are in the additional metadata, where editors find them; a test holds
 * them equal to those of the runtime.
 *
 * @since 0.1.0
 */
public class ListenerProperties extends CommonListenerProperties {

	/**
	 * Time without a sign of life from its consumer after which a message is taken over
	 * by another. From 100 ms to a day.
	 */
	private @Nullable Duration reclaimDelay;

	/**
	 * Number of times a listener may fail on a message, the first time included, before
	 * it goes to the dead letters. A process that is stopped or killed is no failure.
	 */
	private @Nullable Integer maxAttempts;

	/**
	 * Largest number of deliveries of a message, with any outcome, before it goes to the
	 * dead letters. The limit for a message that kills its processes.
	 */
	private @Nullable Integer maxDeliveries;

	@NestedConfigurationProperty
	private final BackoffProperties backoff = new BackoffProperties();

	@NestedConfigurationProperty
	private final ExceptionProperties exceptions = new ExceptionProperties();

	public @Nullable Duration getReclaimDelay() {
		return this.reclaimDelay;
	}

	public void setReclaimDelay(@Nullable Duration reclaimDelay) {
		this.reclaimDelay = reclaimDelay;
	}

	/** The reclaim delay, by whichever name it is set. */
	@Nullable Duration effectiveReclaimDelay() {
		return this.reclaimDelay;
	}

	public @Nullable Integer getMaxAttempts() {
		return this.maxAttempts;
	}

	public void setMaxAttempts(@Nullable Integer maxAttempts) {
		this.maxAttempts = maxAttempts;
	}

	public @Nullable Integer getMaxDeliveries() {
		return this.maxDeliveries;
	}

	public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
		this.maxDeliveries = maxDeliveries;
	}

	public BackoffProperties getBackoff() {
		return this.backoff;
	}

	public ExceptionProperties getExceptions() {
		return this.exceptions;
	}

	@Override
	ListenerSettings applyTo(ListenerSettings settings) {
		ListenerSettings common = super.applyTo(settings);
		return common.toBuilder()
			.reclaimDelay(Objects.requireNonNullElse(effectiveReclaimDelay(), common.reclaimDelay()))
			.maxDeliveries(Objects.requireNonNullElse(this.maxDeliveries, common.maxDeliveries()))
			.maxAttempts(Objects.requireNonNullElse(this.maxAttempts, common.retry().maxAttempts()))
			.backoff(this.backoff.applyTo(common.retry().backoff()))
			.exceptions(this.exceptions.applyTo(common.retry().exceptions()))
			.build();
	}

	/** Pauses between deliveries of a message whose listener failed. */
	public static class BackoffProperties {

		/**
		 * First pause after a failure.
		 */
		private @Nullable Duration initial;

		/**
		 * Growth of each further pause. At least 1.
		 */
		private @Nullable Double multiplier;

		/**
		 * Longest pause.
		 */
		private @Nullable Duration max;

		/**
		 * Part of a pause that is random, from 0 to 1.
		 */
		private @Nullable Double jitter;

		/**
		 * Pauses one after another, of which the last is repeated: 1s, 10s, 1m in a
		 * properties file, [ 1s, 10s, 1m ] in YAML. In place of pauses that grow, and
		 * without jitter if none is set beside them.
		 */
		private @Nullable List<Duration> delays;

		public @Nullable Duration getInitial() {
			return this.initial;
		}

		public void setInitial(@Nullable Duration initial) {
			this.initial = initial;
		}

		public @Nullable Double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(@Nullable Double multiplier) {
			this.multiplier = multiplier;
		}

		public @Nullable Duration getMax() {
			return this.max;
		}

		public void setMax(@Nullable Duration max) {
			this.max = max;
		}

		public @Nullable Double getJitter() {
			return this.jitter;
		}

		public void setJitter(@Nullable Double jitter) {
			this.jitter = jitter;
		}

		public @Nullable List<Duration> getDelays() {
			return this.delays;
		}

		public void setDelays(@Nullable List<Duration> delays) {
			this.delays = delays;
		}

		boolean isEmpty() {
			return this.initial == null && this.multiplier == null && this.max == null && this.jitter == null
					&& this.delays == null;
		}

		Backoff applyTo(Backoff backoff) {
			if (this.delays != null) {
				if (this.delays.isEmpty() || this.delays.contains(null)) {
					throw new IllegalArgumentException("Backoff: delays has no pause in it, or an empty one");
				}
				return backoff.withDelays(this.delays, Objects.requireNonNullElse(this.jitter, 0.0));
			}
			boolean grows = this.initial != null || this.multiplier != null || this.max != null;
			return new Backoff(Objects.requireNonNullElse(this.initial, backoff.initial()),
					Objects.requireNonNullElse(this.multiplier, backoff.multiplier()),
					Objects.requireNonNullElse(this.max, backoff.max()),
					Objects.requireNonNullElse(this.jitter, backoff.jitter()), grows ? List.of() : backoff.delays());
		}

	}

	/** The treatment of a message by the exception of its listener. */
	public static class ExceptionProperties {

		/**
		 * Exceptions after which a message is delivered again, though they are of a class
		 * that otherwise makes a dead letter at once.
		 */
		private List<Class<? extends Throwable>> retry = List.of();

		/**
		 * Exceptions that make a dead letter at once, besides those of conversion and
		 * validation.
		 */
		private List<Class<? extends Throwable>> deadLetter = List.of();

		/**
		 * Exceptions after which a message is acknowledged and gone.
		 */
		private List<Class<? extends Throwable>> drop = List.of();

		public List<Class<? extends Throwable>> getRetry() {
			return this.retry;
		}

		public void setRetry(List<Class<? extends Throwable>> retry) {
			this.retry = retry;
		}

		public List<Class<? extends Throwable>> getDeadLetter() {
			return this.deadLetter;
		}

		public void setDeadLetter(List<Class<? extends Throwable>> deadLetter) {
			this.deadLetter = deadLetter;
		}

		public List<Class<? extends Throwable>> getDrop() {
			return this.drop;
		}

		public void setDrop(List<Class<? extends Throwable>> drop) {
			this.drop = drop;
		}

		boolean isEmpty() {
			return this.retry.isEmpty() && this.deadLetter.isEmpty() && this.drop.isEmpty();
		}

		ExceptionRules applyTo(ExceptionRules rules) {
			Set<Class<?>> seen = new HashSet<>();
			Stream.of(this.retry, this.deadLetter, this.drop).flatMap(List::stream).forEach((type) -> {
				// binding accepts any class
				if (!Throwable.class.isAssignableFrom(type)) {
					throw new BrokerConfigurationException(
							"exceptions names " + type.getName() + ", which is no exception",
							"Name classes that can be thrown.");
				}
				if (!seen.add(type)) {
					throw new BrokerConfigurationException("exceptions names " + type.getName() + " twice",
							"Name it once: under retry, dead-letter or drop.");
				}
			});
			return rules.with(Treatment.RETRY, this.retry)
				.with(Treatment.DEAD_LETTER, this.deadLetter)
				.with(Treatment.DROP, this.drop);
		}

	}

}
