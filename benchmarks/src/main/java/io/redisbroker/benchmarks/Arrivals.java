package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * Records which messages arrived, and when the first and the last one did. Thread-safe.
 */
final class Arrivals implements Consumer<Order> {

	private final long expected;

	private final AtomicLongArray seen;

	private final AtomicLong count = new AtomicLong();

	private final AtomicLong duplicates = new AtomicLong();

	private final CountDownLatch all = new CountDownLatch(1);

	private final int step;

	private final Runnable onStep;

	private volatile long first;

	private volatile long last;

	Arrivals(long expected) {
		this(expected, Integer.MAX_VALUE, () -> {
		});
	}

	/** Also calls {@code onStep} each time another {@code step} messages have arrived. */
	Arrivals(long expected, int step, Runnable onStep) {
		this.expected = expected;
		this.seen = new AtomicLongArray((int) (expected / Long.SIZE) + 1);
		this.step = step;
		this.onStep = onStep;
	}

	@Override
	public void accept(Order order) {
		if (!isNew(order.id())) {
			this.duplicates.incrementAndGet();
			return;
		}
		long arrived = this.count.incrementAndGet();
		if (arrived == 1) {
			this.first = System.nanoTime();
		}
		if (arrived % this.step == 0) {
			this.onStep.run();
		}
		if (arrived == this.expected) {
			this.last = System.nanoTime();
			this.all.countDown();
		}
	}

	private boolean isNew(long id) {
		int word = (int) (id / Long.SIZE);
		long bit = 1L << (id % Long.SIZE);
		long before = this.seen.get(word);
		while ((before & bit) == 0) {
			long witness = this.seen.compareAndExchange(word, before, before | bit);
			if (witness == before) {
				return true;
			}
			before = witness;
		}
		return false;
	}

	long count() {
		return this.count.get();
	}

	/**
	 * Waits while messages arrive, and returns the time from the first to the last. No
	 * consumer dies here, so a message that comes twice is an error, as one that is
	 * missing.
	 */
	Duration awaitAll() throws InterruptedException {
		long before = -1;
		while (!this.all.await(10, TimeUnit.SECONDS)) {
			if (count() == before) {
				throw new IllegalStateException(
						"%,d of %,d messages arrived, and then none for 10 s".formatted(before, this.expected));
			}
			before = count();
		}
		if (this.duplicates.get() > 0) {
			throw new IllegalStateException(
					"%,d of %,d messages came twice".formatted(this.duplicates.get(), this.expected));
		}
		return Duration.ofNanos(this.last - this.first);
	}

	/** Waits until all messages have arrived or none arrives for a while. */
	void awaitQuiet(Duration quiet) throws InterruptedException {
		long before = -1;
		while (!this.all.await(quiet.toMillis(), TimeUnit.MILLISECONDS) && count() != before) {
			before = count();
		}
	}

}
