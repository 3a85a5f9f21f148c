package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.UnownedSettlement;
import io.redisbroker.support.Patience;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

class PullLoopTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	@Test
	void pausesBetweenReadsThatFailWhateverElseHappens() {
		FailingSource source = new FailingSource(this.timer);
		Workers workers = new Workers(Runnable::run, 1, 1, Priorities.NONE.newLine(), (work) -> {
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
	private static final class FailingSource extends OwningSource {

		private final AtomicInteger reads = new AtomicInteger();

		private final AtomicInteger reclaims = new AtomicInteger();

		FailingSource(ScheduledExecutorService timer) {
			super(TestSettings.defaults().ackMode(AckMode.MANUAL).reclaimDelay(Duration.ofMillis(120)).build(),
					new UnownedSettlement(null, null, null, null, timer), timer);
		}

		@Override
		public String name() {
			return "orders";
		}

		@Override
		public CompletableFuture<Void> open() {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		protected CompletableFuture<List<Delivery>> read(int max) {
			this.reads.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

		@Override
		protected CompletableFuture<List<Delivery>> findLost(Collection<Delivery> known, int max) {
			return CompletableFuture.completedFuture(List.of());
		}

		@Override
		protected CompletableFuture<List<Delivery>> takeOver(ReclaimRoom room, boolean anew) {
			this.reclaims.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

		@Override
		protected Runnable listenForSignals(Consumer<String> listener) {
			return () -> {
			};
		}

		@Override
		public CompletableFuture<Void> close() {
			return CompletableFuture.completedFuture(null);
		}

	}

}
