package io.redisbroker.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The work of a listener in a test.
 */
public final class Work {

	private Work() {
	}

	/** Takes this long, unless the thread is interrupted. */
	public static void lasting(Duration duration) throws InterruptedException {
		new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Works until the latch opens, and fails a test that forgets to open it. */
	public static void until(CountDownLatch latch) throws InterruptedException {
		if (!latch.await(Patience.LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new IllegalStateException("The latch was not opened");
		}
	}

}
