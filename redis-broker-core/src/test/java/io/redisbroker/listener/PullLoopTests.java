package io.redisbroker.listener;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.support.Patience;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

class PullLoopTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	@Test
	void pausesBetweenReadsThatFailWhateverElseHappens() {
		FailingSource source = new FailingSource(this.timer);
		Workers workers = TestWorkers.of(Runnable::run, 1, 1, this.timer, Priorities.NONE.newLine(), (work) -> {
		});
		PullLoop loop = new PullLoop("listener", source, workers, 0, 10, this.timer, BrokerEvents.NONE);
		try {
			loop.start().join();
			// each looks for what others left, and then for something to read
			Patience.await().until(() -> source.reclaims.get() > 50);
			assertThat(source.reads.get()).isLessThan(20);
		}
		finally {
			loop.stopReading();
			loop.end();
			this.timer.shutdown();
		}
	}

	/** Redis is away. */
	private static final class FailingSource extends SourceInMemory {

		FailingSource(ScheduledExecutorService timer) {
			super(AckMode.MANUAL, timer);
		}

		@Override
		protected CompletableFuture<List<Delivery>> read(int max) {
			this.reads.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

		@Override
		protected CompletableFuture<List<Delivery>> takeOver(ReclaimRoom room, boolean anew) {
			this.reclaims.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

	}

}
