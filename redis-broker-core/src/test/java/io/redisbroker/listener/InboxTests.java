package io.redisbroker.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.redisbroker.client.SimulatedRead;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.RecordedEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link Inbox}.
 */
class InboxTests {

	private final List<String> handled = new ArrayList<>();

	private final List<Runnable> started = new ArrayList<>();

	private Inbox inbox(Executor executor, int size, OverflowPolicy policy, BrokerEvents events) {
		Workers workers = new Workers(executor, 1, 1, WaitingLine.single(),
				(work) -> work.forEach((each) -> this.handled.add(each.delivery().id())));
		return new Inbox("listener", workers, size, policy, events);
	}

	private static InFlight work(String id) {
		return new InFlight(new Delivery("channel", id, 1, mock(Delivery.Content.class)), mock(InFlight.Holder.class),
				0);
	}

	@Test
	void startsAWorkerOnceForWhatCameWithOneRead() {
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

	@Test
	void countsWhatCameWithTheSameReadAsWaiting() {
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
	void handsOverWhatItHasWhenItIsClosed() {
		Inbox inbox = inbox(this.started::add, 100, OverflowPolicy.DROP_OLDEST, BrokerEvents.NONE);
		SimulatedRead.during(() -> {
			inbox.offer(work("1"));
			inbox.close();
			assertThat(this.started).hasSize(1);
			inbox.offer(work("2"));
		});
		this.started.remove(0).run();
		assertThat(this.handled).containsExactly("1");
		assertThat(this.started).isEmpty();
	}

	@Test
	@Timeout(30)
	void canBeClosedWhileAWorkerRunsInTheThreadThatReads() throws Exception {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		Workers workers = new Workers(Runnable::run, 1, 1, WaitingLine.single(), (work) -> {
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
