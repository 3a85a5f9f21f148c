package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Workers}.
 */
class WorkersTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final InFlight.Holder one = mock(InFlight.Holder.class);

	private final InFlight.Holder other = mock(InFlight.Holder.class);

	private final CountDownLatch end = new CountDownLatch(1);

	private final Queue<List<String>> begun = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stop() {
		this.end.countDown();
		this.threads.shutdownNow();
		this.timer.shutdownNow();
	}

	private Workers workers(Executor executor, int concurrency, int atOnce, Consumer<List<InFlight>> then) {
		return TestWorkers.of(executor, concurrency, atOnce, this.timer, WaitingLine.single(), (work) -> {
			this.begun.add(ids(work));
			then.accept(work);
		});
	}

	/** One of the workers is busy until the end. */
	private Workers busy(int concurrency) {
		Workers workers = workers(this.threads, concurrency, 1, (work) -> {
			if (work.get(0).delivery().id().equals("long")) {
				awaitEnd();
			}
		});
		workers.offer(0, work(this.one, "long"));
		await().until(() -> this.begun.size() == 1);
		return workers;
	}

	@Test
	void givesBackAllThatAHolderHasWaitingWhenOneHasWaitedTooLong() {
		Workers workers = busy(1);
		workers.offer(0, work(this.other, "b1"));
		workers.offer(0, work(this.one, "a2"));
		workers.offer(0, work(this.other, "b2"));
		workers.offerAgain(0, work(this.one, "a1"));
		assertThat(workers.takeBack(this.one, LONG)).isEmpty();
		assertThat(workers.waiting()).isEqualTo(4);
		assertThat(ids(workers.takeBack(this.one, Duration.ZERO))).containsExactly("a1", "a2");
		assertThat(workers.waiting()).isEqualTo(2);
		assertThat(workers.takeBack(this.one, Duration.ZERO)).isEmpty();
		this.end.countDown();
		await().until(() -> this.begun.size() == 3);
		assertThat(this.begun).containsExactly(List.of("long"), List.of("b1"), List.of("b2"));
		assertThat(workers.hasWaiting(0)).isFalse();
		workers.offer(0, work(this.one, "a3"));
		await().until(() -> this.begun.contains(List.of("a3")));
	}

	/** Not that of another, though it waits in the same line. */
	@Test
	void looksAtTheOldestOfTheHolder() {
		Workers workers = busy(1);
		workers.offer(0, work(this.other, "b1"));
		long before = System.nanoTime();
		await().until(() -> System.nanoTime() - before > 200_000_000);
		workers.offer(0, work(this.one, "a1"));
		assertThat(workers.takeBack(this.one, Duration.ofMillis(150))).isEmpty();
		assertThat(ids(workers.takeBack(this.other, Duration.ofMillis(150)))).containsExactly("b1");
	}

	@Test
	void eitherBeginsOrGivesBackAndKeepsTheOrder() {
		for (int round = 0; round < 200; round++) {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			Workers workers = TestWorkers.of(this.threads, 1, 1, this.timer, WaitingLine.single(),
					(work) -> handled.addAll(ids(work)));
			workers.offer(0, work(this.one, Stream.iterate(10, (id) -> id + 1).limit(50).map(String::valueOf)));
			List<String> all = new ArrayList<>();
			List<String> back = ids(workers.takeBack(this.one, Duration.ZERO));
			workers.quiet().join();
			all.addAll(handled);
			all.addAll(back);
			assertThat(all).isSorted().hasSize(50);
			assertThat(workers.waiting()).isZero();
		}
	}

	@Test
	void whatMayKillItsConsumersIsAloneInItsBatch() {
		List<Runnable> workersToRun = new ArrayList<>();
		Workers workers = workers(workersToRun::add, 2, 10, (work) -> {
		});
		workers.offerAgain(0, List.of(work(this.one, "abandoned", 2), work(this.one, "suspect", 3)));
		workers.offer(0, work(this.one, "fresh"));
		workersToRun.forEach(Runnable::run);
		assertThat(this.begun).containsExactly(List.of("abandoned"), List.of("suspect"), List.of("fresh"));
		assertThat(workers.waiting()).isZero();
	}

	@Test
	void whatMayKillItsConsumersWaitsForNoBatchBeforeItWhereAnotherWorkerIsFree() {
		Workers workers = workers(this.threads, 2, 10, (work) -> {
			if (work.get(0).delivery().id().equals("abandoned")) {
				awaitEnd();
			}
		});
		workers.offerAgain(0, List.of(work(this.one, "abandoned", 2), work(this.one, "suspect", 3)));
		await().until(() -> this.begun.contains(List.of("suspect")));
	}

	@Test
	void goesOnWhenTheExecutorHasAThreadAgainAndSaysOnceThatItHadNone() {
		AtomicInteger refusals = new AtomicInteger(3);
		Executor executor = (worker) -> {
			if (refusals.getAndDecrement() > 0) {
				throw new RejectedExecutionException("full");
			}
			this.threads.execute(worker);
		};
		try (CapturedLog log = new CapturedLog()) {
			Workers workers = workers(executor, 1, 1, (work) -> {
			});
			workers.offer(0, work(this.one, "a1"));
			await().until(() -> this.begun.size() == 1);
			assertThat(refusals.get()).isNegative();
			assertThat(log.warnings()).singleElement()
				.asString()
				.startsWith("Listener 'listener' gets no thread from its executor (full)");
		}
	}

	@Test
	void asksForNoThreadWhileItIsPaused() {
		AtomicInteger asked = new AtomicInteger();
		Workers workers = workers((worker) -> {
			asked.incrementAndGet();
			throw new RejectedExecutionException("shut down");
		}, 1, 1, (work) -> {
		});
		workers.offer(0, work(this.one, "a1"));
		workers.pause();
		assertThat(workers.quiet()).isCompleted();
		long before = System.nanoTime();
		await().until(() -> System.nanoTime() - before > 300_000_000);
		assertThat(asked).hasValue(1);
	}

	@Test
	void interruptsTheCallsOfItsWorkers() {
		Workers workers = busy(2);
		workers.interrupt();
		await().until(() -> workers.longestCall() == null);
	}

	@Test
	void interruptsNoThreadThatIsNotItsOwn() throws Exception {
		AtomicBoolean interrupted = new AtomicBoolean();
		CountDownLatch goOn = new CountDownLatch(1);
		Workers workers = workers(Runnable::run, 1, 1, (work) -> {
			await().until(() -> goOn.getCount() == 0);
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		Thread reading = new Thread(() -> workers.offer(0, work(this.one, "a1")));
		reading.start();
		await().until(() -> this.begun.size() == 1);
		workers.interrupt();
		goOn.countDown();
		reading.join();
		assertThat(interrupted).isFalse();
	}

	@Test
	void tellsHowLongTheLongestCallTakes() {
		Workers workers = busy(2);
		await().until(() -> workers.longestCall().compareTo(Duration.ofMillis(100)) > 0);
		workers.offer(0, work(this.one, "short"));
		await().until(() -> this.begun.size() == 2);
		assertThat(workers.longestCall()).isGreaterThan(Duration.ofMillis(100));
		this.end.countDown();
		await().until(() -> workers.longestCall() == null);
	}

	@Test
	void tellsNobodyThatAWorkerIsFreeWhoDoesNotWantToKnow() {
		AtomicInteger calls = new AtomicInteger();
		Workers workers = workers(Runnable::run, 1, 1, (work) -> {
		});
		Runnable end = workers.onFree(calls::incrementAndGet);
		workers.offer(0, work(this.one, "a1"));
		int before = calls.get();
		assertThat(before).isPositive();
		end.run();
		workers.offer(0, work(this.one, "a2"));
		assertThat(calls).hasValue(before);
	}

	private void awaitEnd() {
		try {
			this.end.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static List<InFlight> work(InFlight.Holder holder, String... ids) {
		return work(holder, Stream.of(ids));
	}

	private static List<InFlight> work(InFlight.Holder holder, Stream<String> ids) {
		return ids.map((id) -> work(holder, id, 1)).toList();
	}

	private static InFlight work(InFlight.Holder holder, String id, int deliveries) {
		return new InFlight(new Delivery("orders", id, deliveries, Envelope.decode(new byte[0])), holder,
				mock(Settler.class), 0);
	}

	private static List<String> ids(List<InFlight> work) {
		return work.stream().map((each) -> each.delivery().id()).toList();
	}

}
