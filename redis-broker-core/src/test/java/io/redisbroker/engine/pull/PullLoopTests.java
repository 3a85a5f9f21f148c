package io.redisbroker.engine.pull;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.engine.worker.Outage;
import io.redisbroker.engine.worker.Priorities;
import io.redisbroker.engine.worker.TestWorkers;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Patience;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

class PullLoopTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	@Test
	void pausesBetweenFailingReadsInSpiteOfSignals() {
		FailingSource source = new FailingSource(this.timer);
		Workers workers = TestWorkers.of(Runnable::run, 1, 1, this.timer, Priorities.NONE.newLine(), (work) -> {
		});
		PullLoop loop = new PullLoop("listener", source, workers, 0, 10, () -> 0, false, this.timer, BrokerEvents.NONE,
				new Outage(""));
		try {
			loop.start().join();
			AtomicInteger signals = new AtomicInteger();
			this.timer.scheduleAtFixedRate(() -> {
				source.signal();
				signals.incrementAndGet();
			}, 1, 1, TimeUnit.MILLISECONDS);
			Patience.await().until(() -> signals.get() > 100);
			assertThat(source.reads.get()).isLessThan(20);
		}
		finally {
			loop.stopReading();
			loop.end();
			this.timer.shutdown();
		}
	}

	@Test
	void closesASourceThatIsOpenOnlyAfterTheListenerHasStopped() {
		CompletableFuture<Void> opening = new CompletableFuture<>();
		AtomicInteger closed = new AtomicInteger();
		SourceInMemory source = new FailingSource(this.timer) {

			@Override
			public CompletableFuture<Void> open() {
				return opening;
			}

			@Override
			public CompletableFuture<Void> close() {
				closed.incrementAndGet();
				return super.close();
			}

		};
		PullLoop loop = loop(source, this.timer);
		loop.start();
		loop.stopReading();
		loop.end();
		opening.complete(null);
		assertThat(closed).as("once when it stopped, and once when it was open").hasValue(2);
		this.timer.shutdown();
	}

	@Test
	void triesToOpenOnceHoweverOftenItWasPausedAndResumed() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
		AtomicInteger opened = new AtomicInteger();
		SourceInMemory source = new FailingSource(timer) {

			@Override
			public CompletableFuture<Void> open() {
				opened.incrementAndGet();
				return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
			}

		};
		PullLoop loop = loop(source, timer);
		try {
			for (int i = 0; i < 10; i++) {
				loop.start().join();
				loop.stopReading();
			}
			loop.start().join();
			int before = opened.get();
			Patience.await().until(() -> opened.get() > before && timer.getQueue().size() <= 1);
		}
		finally {
			loop.stopReading();
			loop.end();
			timer.shutdownNow();
			this.timer.shutdown();
		}
	}

	@Test
	void handsBackDeliveriesReclaimedAfterItHasLeft() {
		CompletableFuture<List<Delivery>> reply = new CompletableFuture<>();
		SourceInMemory source = new FailingSource(this.timer) {

			@Override
			protected CompletableFuture<List<Delivery>> doReceive(int max) {
				return new CompletableFuture<>();
			}

			@Override
			protected CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew) {
				return reply;
			}

		};
		PullLoop loop = loop(source, this.timer);
		loop.start().join();
		loop.stopReading();
		loop.end();
		reply.complete(List.of(new Delivery("orders", "1-0", 2, null)));
		assertThat(source.handedBack).extracting(Delivery::id).containsExactly("1-0");
		this.timer.shutdown();
	}

	private static PullLoop loop(DeliverySource source, ScheduledExecutorService timer) {
		Workers workers = TestWorkers.of(Runnable::run, 1, 1, timer, Priorities.NONE.newLine(), (work) -> {
		});
		return new PullLoop("listener", source, workers, 0, 10, () -> 0, false, timer, BrokerEvents.NONE,
				new Outage(""));
	}

	/** Redis is away. */
	private static class FailingSource extends SourceInMemory {

		FailingSource(ScheduledExecutorService timer) {
			super(AckMode.MANUAL, timer);
		}

		@Override
		protected CompletableFuture<List<Delivery>> doReceive(int max) {
			this.reads.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

		@Override
		protected CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew) {
			this.reclaims.incrementAndGet();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
		}

	}

}
