package io.redisbroker.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a listener in a test is busy with.
 */
public final class Work {

	private Work() {
	}

	/** Takes this long, unless the thread is interrupted. */
	public static void lasting(Duration duration) throws InterruptedException {
		new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Goes on until the latch opens, and fails a test that forgot to open it. */
	public static void until(CountDownLatch latch) throws InterruptedException {
		if (!latch.await(Patience.LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("Nobody opened the latch");
		}
	}

}
