package io.redisbroker.support;

import java.time.Duration;

import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.RetrySettings;

import static io.redisbroker.listener.ListenerSettings.DEFAULTS;

/**
 * The defaults of a listener, with the settings that a test changes.
 */
public final class TestSettings {

	/** Retries at once. */
	public static final Backoff NO_PAUSE = new Backoff(Duration.ZERO, 1, Duration.ZERO, 0);

	private AckMode ackMode = DEFAULTS.ackMode();

	private int concurrency = DEFAULTS.concurrency();

	private int batchSize = DEFAULTS.batchSize();

	private Duration reclaimDelay = DEFAULTS.reclaimDelay();

	private Duration maxProcessingTime;

	private int maxDeliveries = DEFAULTS.maxDeliveries();

	private RetrySettings retry = DEFAULTS.retry();

	private DeadLetterRetention retention = DEFAULTS.retention();

	private boolean autoStartup = true;

	private String deadLetters = DEFAULTS.deadLetters();

	public static TestSettings defaults() {
		return new TestSettings();
	}

	public TestSettings ackMode(AckMode ackMode) {
		this.ackMode = ackMode;
		return this;
	}

	public TestSettings concurrency(int concurrency) {
		this.concurrency = concurrency;
		return this;
	}

	public TestSettings batchSize(int batchSize) {
		this.batchSize = batchSize;
		return this;
	}

	public TestSettings reclaimDelay(Duration reclaimDelay) {
		this.reclaimDelay = reclaimDelay;
		return this;
	}

	public TestSettings maxProcessingTime(Duration maxProcessingTime) {
		this.maxProcessingTime = maxProcessingTime;
		return this;
	}

	public TestSettings maxDeliveries(int maxDeliveries) {
		this.maxDeliveries = maxDeliveries;
		return this;
	}

	public TestSettings backoff(Backoff backoff) {
		this.retry = this.retry.withBackoff(backoff);
		return this;
	}

	public TestSettings maxAttempts(int maxAttempts) {
		this.retry = this.retry.withMaxAttempts(maxAttempts);
		return this;
	}

	public TestSettings exceptions(ExceptionRules exceptions) {
		this.retry = new RetrySettings(this.retry.maxAttempts(), this.retry.backoff(), exceptions);
		return this;
	}

	public TestSettings retention(DeadLetterRetention retention) {
		this.retention = retention;
		return this;
	}

	public TestSettings deadLetters(String deadLetters) {
		this.deadLetters = deadLetters;
		return this;
	}

	public TestSettings autoStartup(boolean autoStartup) {
		this.autoStartup = autoStartup;
		return this;
	}

	public ListenerSettings build() {
		return new ListenerSettings(this.ackMode, this.concurrency, this.batchSize, this.reclaimDelay,
				this.maxProcessingTime, this.maxDeliveries, this.retry, this.deadLetters, this.retention,
				this.autoStartup);
	}

}
