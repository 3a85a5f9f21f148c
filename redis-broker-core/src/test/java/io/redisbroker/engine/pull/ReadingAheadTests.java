package io.redisbroker.engine.pull;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.redisbroker.engine.worker.Outage;
import io.redisbroker.engine.worker.TestWorkers;
import io.redisbroker.engine.worker.WaitingLine;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the pull loop reads on while workers are busy.
 */
class ReadingAheadTests {

	private static final int CAPACITY = 10;

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/** A permit for each delivery that may end. */
	private final Semaphore ends = new Semaphore(0);

	private final AtomicInteger begun = new AtomicInteger();

	private volatile boolean stopped;

	@AfterEach
	void stop() {
		this.stopped = true;
		this.ends.release(1_000);
		this.threads.shutdown();
		this.timer.shutdown();
	}

	private Workers workers(int concurrency) {
		return workers(concurrency, WaitingLine.single());
	}

	private Workers workers(int concurrency, WaitingLine line) {
		return TestWorkers.of(this.threads, concurrency, 1, this.timer, line, (work) -> {
			this.begun.incrementAndGet();
			this.ends.acquireUninterruptibly();
			work.forEach((each) -> each.holder().finished(each));
		});
	}

	private PullLoop start(Source source, Workers workers, int lane) {
		PullLoop loop = new PullLoop("listener", source, workers, lane, CAPACITY, () -> 0, false, this.timer,
				BrokerEvents.NONE, new Outage(""));
		loop.start().join();
		assertThat(source.reads).hasValue(1);
		return loop;
	}

	@Test
	void waitsForAWorkerWhereRedisHasNoMore() throws Exception {
		Source source = new Source();
		PullLoop loop = start(source, workers(1), 0);
		source.answer(1);
		// signals are other reasons to read
		for (int i = 0; i < 10; i++) {
			source.signal();
			this.timer.schedule(() -> {
			}, 1, TimeUnit.MILLISECONDS).get();
		}
		assertThat(source.reads).hasValue(1);
		this.ends.release();
		Patience.await().until(() -> source.reads.get() == 2);
		loop.end();
	}

	@Test
	void readsOnAtOnceWhereAWorkerIsFree() {
		Source source = new Source();
		PullLoop loop = start(source, workers(2), 0);
		source.answer(1);
		assertThat(source.reads).hasValue(2);
		source.answer(1);
		assertThat(source.reads).hasValue(2);
		Patience.await().until(() -> this.begun.get() == 2);
		this.ends.release();
		Patience.await().until(() -> source.reads.get() == 3);
		loop.end();
	}

	@Test
	void readsAheadWhereRedisMayHaveMore() {
		Source source = new Source();
		source.drained = false;
		PullLoop loop = start(source, workers(1), 0);
		source.answer(2);
		assertThat(source.reads).hasValue(2);
		loop.end();
	}

	@Test
	void readsAheadWhileAWorkerIsAtTheRestOfAnAnswer() {
		Source source = new Source();
		PullLoop loop = start(source, workers(1), 0);
		source.answer(4);
		assertThat(source.reads).hasValue(1);
		this.ends.release();
		Patience.await().until(() -> source.reads.get() == 2);
		loop.end();
	}

	/** Until then nothing is reclaimed, so messages that come due would have to wait. */
	@Test
	void recoversALostReplyThoughAllAreBusy() {
		Source source = new Source();
		source.drained = false;
		PullLoop loop = start(source, workers(1), 0);
		source.answer(1);
		assertThat(source.reads).hasValue(2);
		source.fail();
		Patience.await().until(() -> source.reads.get() == 3);
		loop.end();
	}

	/** Two instances, one of them busy: the idle one shall have them. */
	@Test
	void leavesDueMessagesToOthersWhileAllAreBusy() throws Exception {
		Source source = new Source();
		PullLoop loop = start(source, workers(1), 0);
		source.answer(1);
		Patience.await().until(() -> this.begun.get() == 1);
		int before = source.reclaims.get();
		for (int i = 0; i < 10; i++) {
			source.signal();
			this.timer.schedule(() -> {
			}, 1, TimeUnit.MILLISECONDS).get();
		}
		assertThat(source.reclaims).hasValue(before);
		this.ends.release();
		Patience.await().until(() -> source.reclaims.get() > before);
		loop.end();
	}

	@Test
	void readsOnAfterAnAnswerWithNothing() {
		Source source = new Source();
		PullLoop loop = start(source, workers(1), 0);
		source.answer(0);
		assertThat(source.reads).hasValue(2);
		loop.end();
	}

	@Test
	void readsOnWhenTheWorkerOfAnotherSourceIsFree() {
		Workers workers = workers(2);
		Source one = new Source();
		Source other = new Source();
		List<PullLoop> loops = List.of(start(one, workers, 0), start(other, workers, 1));
		one.answer(1);
		assertThat(one.reads).hasValue(2);
		other.answer(1);
		assertThat(other.reads).hasValue(1);
		one.answer(1);
		assertThat(one.reads).hasValue(2);
		// one of the first two ends; the waiting one takes its place, and both may read
		this.ends.release();
		Patience.await().until(() -> one.reads.get() == 3 && other.reads.get() == 2);
		loops.forEach(PullLoop::end);
	}

	@Test
	void doesNotReadOnWhileNoWorkerCouldBegin() {
		Workers workers = workers(1);
		Source one = new Source();
		Source other = new Source();
		List<PullLoop> loops = List.of(start(one, workers, 0), start(other, workers, 1));
		one.answer(1);
		other.answer(0);
		assertThat(other.reads).hasValue(1);
		this.ends.release();
		Patience.await().until(() -> one.reads.get() == 2 && other.reads.get() == 2);
		loops.forEach(PullLoop::end);
	}

	@Test
	void readsOnWhereWorkersChooseAmongSources() {
		Workers workers = workers(1, WaitingLine.strict(2));
		Source first = new Source();
		Source last = new Source();
		List<PullLoop> loops = List.of(start(first, workers, 0), start(last, workers, 1));
		first.answer(1);
		last.answer(1);
		assertThat(first.reads).hasValue(2);
		loops.forEach(PullLoop::end);
	}

	@Test
	void missesNoWorkerThatBecomesFreeMeanwhile() {
		int messages = 20_000;
		this.ends.release(messages);
		Source source = new Source();
		// about when the worker ends, a little before or after; unless it is the worker
		// that reads on and has the answer already
		source.beforeDecision = () -> {
			int begun = this.begun.get();
			for (int i = 0; i < 2_000 && this.begun.get() == begun; i++) {
				Thread.onSpinWait();
			}
			for (int i = ThreadLocalRandom.current().nextInt(300); i > 0; i--) {
				Thread.onSpinWait();
			}
		};
		PullLoop loop = start(source, workers(1), 0);
		this.threads.execute(() -> {
			for (int i = 1; i <= messages; i++) {
				while (source.reads.get() < i && !this.stopped) {
					Thread.yield();
				}
				source.answer(1);
			}
		});
		Patience.await().until(() -> this.begun.get() == messages && source.reads.get() == messages + 1);
		loop.end();
	}

	/** Answers when it is told to. */
	private final class Source extends SourceInMemory {

		private volatile CompletableFuture<List<Delivery>> reply = new CompletableFuture<>();

		private boolean drained = true;

		private Runnable beforeDecision = () -> {
		};

		Source() {
			super(AckMode.AUTO, ReadingAheadTests.this.timer);
		}

		void answer(int deliveries) {
			this.reply.complete(IntStream.range(0, deliveries)
				.mapToObj((each) -> new Delivery("orders", each + "-0", 1, null))
				.toList());
		}

		void fail() {
			this.reply.completeExceptionally(new RedisConnectionFailureException("gone"));
		}

		@Override
		protected CompletableFuture<List<Delivery>> doReceive(int max) {
			CompletableFuture<List<Delivery>> next = new CompletableFuture<>();
			this.reply = next;
			this.reads.incrementAndGet();
			return next;
		}

		@Override
		public boolean isDrained(int brought, int max) {
			this.beforeDecision.run();
			return this.drained && super.isDrained(brought, max);
		}

	}

}
