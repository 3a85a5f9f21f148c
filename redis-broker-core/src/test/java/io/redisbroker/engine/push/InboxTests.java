package io.redisbroker.engine.push;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.client.SimulatedRead;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Settler;
import io.redisbroker.engine.worker.TestWorkers;
import io.redisbroker.engine.worker.WaitingLine;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.RecordedEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Inbox}.
 */
class InboxTests {

	private static final Delivery.Content CONTENT = mock(Delivery.Content.class);

	private static final InFlight.Holder HOLDER = mock(InFlight.Holder.class);

	private static final Settler SETTLER = mock(Settler.class);

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final List<String> handled = new ArrayList<>();

	private final List<Runnable> started = new ArrayList<>();

	@AfterEach
	void stop() {
		this.timer.shutdownNow();
	}

	private Inbox inbox(Executor executor, int size, OverflowPolicy policy, BrokerEvents events) {
		Workers workers = TestWorkers.of(executor, 1, 1, this.timer, WaitingLine.single(),
				(work) -> work.forEach((each) -> this.handled.add(each.delivery().id())));
		return new Inbox("listener", workers, size, policy, events);
	}

	private static InFlight work(String id) {
		return new InFlight(new Delivery("channel", id, 1, CONTENT), HOLDER, SETTLER, 0);
	}

	@Test
	void startsAWorkerOnceForTheMessagesOfOneRead() {
		Inbox inbox = inbox(this.started::add, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		SimulatedRead.during(() -> {
			inbox.offer(work("1"));
			inbox.offer(work("2"));
			assertThat(this.started).isEmpty();
		});
		assertThat(this.started).hasSize(1);
		this.started.remove(0).run();
		assertThat(this.handled).containsExactly("1", "2");
		SimulatedRead.during(() -> inbox.offer(work("3")));
		assertThat(this.started).hasSize(1);
	}

	@Test
	void startsAWorkerAtOnceWhereNothingIsRead() {
		Inbox inbox = inbox(this.started::add, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		inbox.offer(work("1"));
		assertThat(this.started).hasSize(1);
	}

	@Test
	void startsAWorkerBeforeASmallBufferIsFull() {
		Inbox inbox = inbox(Runnable::run, 4, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		SimulatedRead.during(() -> {
			inbox.offer(work("1"));
			assertThat(this.handled).isEmpty();
			inbox.offer(work("2"));
			assertThat(this.handled).containsExactly("1", "2");
			inbox.offer(work("3"));
			assertThat(this.handled).hasSize(2);
		});
		assertThat(this.handled).containsExactly("1", "2", "3");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, Integer.MAX_VALUE })
	void takesMessagesWithAnySize(int size) {
		Inbox inbox = inbox(Runnable::run, size, OverflowPolicy.DROP_NEWEST, BrokerEvents.NONE);
		SimulatedRead.during(() -> List.of("1", "2", "3").forEach((id) -> inbox.offer(work(id))));
		assertThat(this.handled).containsExactly("1", "2", "3");
	}

	@Test
	void goesOnWhenThereWasNoThread() {
		Queue<Throwable> failures = new ArrayDeque<>(
				List.of(new RejectedExecutionException("no"), new OutOfMemoryError("no thread")));
		Inbox inbox = inbox((worker) -> {
			Throwable failure = failures.poll();
			if (failure != null) {
				ReflectionUtils.rethrowRuntimeException(failure);
			}
			worker.run();
		}, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		List.of("1", "2", "3").forEach((id) -> inbox.offer(work(id)));
		assertThat(this.handled).containsExactly("1", "2", "3");
	}

	@Test
	void countsMessagesOfTheSameReadAsWaiting() {
		RecordedEvents events = new RecordedEvents();
		Inbox newest = inbox(this.started::add, 2, OverflowPolicy.DROP_NEWEST, events);
		SimulatedRead.during(() -> List.of("1", "2", "3").forEach((id) -> newest.offer(work(id))));
		this.started.remove(0).run();
		assertThat(this.handled).containsExactly("1", "2");
		Inbox oldest = inbox(this.started::add, 2, OverflowPolicy.DROP_OLDEST, events);
		SimulatedRead.during(() -> List.of("4", "5", "6").forEach((id) -> oldest.offer(work(id))));
		this.started.remove(0).run();
		assertThat(this.handled).containsExactly("1", "2", "5", "6");
		assertThat(events.overflowed()).isEqualTo(2);
	}

	@Test
	void takesNothingWhenItIsClosed() {
		Inbox inbox = inbox(this.started::add, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		SimulatedRead.during(() -> {
			inbox.offer(work("1"));
			inbox.close();
			inbox.offer(work("2"));
		});
		this.started.remove(0).run();
		assertThat(this.handled).containsExactly("1");
		assertThat(this.started).isEmpty();
	}

	@Test
	@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void aThreadThatIsHeldUpHoldsUpNoOther() {
		CompletableFuture<Void> read = new CompletableFuture<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		Inbox inbox = inbox(this.started::add, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		Thread heldUp = new Thread(() -> SimulatedRead.during(() -> {
			inbox.offer(work("1"));
			read.complete(null);
			end.join();
		}));
		heldUp.start();
		read.join();
		SimulatedRead.during(() -> inbox.offer(work("2")));
		assertThat(this.started).hasSize(1);
		this.started.get(0).run();
		assertThat(this.handled).containsExactly("1", "2");
		end.complete(null);
	}

	/** One of them may see that something was added before it can take it. */
	@Test
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void twoThreadsThatReadMayShareAListenerWithoutAWorker() throws Exception {
		AtomicInteger count = new AtomicInteger();
		Workers workers = TestWorkers.of(Runnable::run, 1, 1, this.timer, WaitingLine.single(),
				(work) -> count.addAndGet(work.size()));
		Inbox inbox = new Inbox("listener", workers, 100, OverflowPolicy.UNBOUNDED, BrokerEvents.NONE);
		List<Thread> threads = Stream.generate(() -> new Thread(() -> {
			for (int read = 0; read < 20_000; read++) {
				SimulatedRead.during(() -> IntStream.range(0, 5).forEach((each) -> inbox.offer(work("x"))));
			}
		})).limit(2).toList();
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(count.get()).isEqualTo(2 * 20_000 * 5);
	}

	@Test
	@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void canBeClosedWhileAWorkerRunsInTheThreadThatReads() throws Exception {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		Workers workers = TestWorkers.of(Runnable::run, 1, 1, this.timer, WaitingLine.single(), (work) -> {
			begun.complete(null);
			end.join();
		});
		Inbox inbox = new Inbox("listener", workers, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		Thread reading = new Thread(() -> SimulatedRead.during(() -> inbox.offer(work("1"))));
		reading.start();
		begun.join();
		inbox.close();
		end.complete(null);
		reading.join();
	}

}
