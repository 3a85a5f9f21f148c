package io.redisbroker.engine.push;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.Outcome;
import io.redisbroker.engine.settlement.Refusals;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.Work;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PushListenerContainer}, with a feed that the test controls.
 */
class PushListenerContainerTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final ListenerRuntime runtime = new ListenerRuntime(WorkerExecutors.platformThreads(), BrokerEvents.NONE);

	private final Feed feed = new Feed();

	@AfterEach
	void close() {
		this.runtime.close();
	}

	private PushListenerContainer container(Recorder recorder) {
		return new PushListenerContainer(ChannelEndpoint.builder("listener").channels("a").handler(recorder.handler()),
				this.feed, 100, OverflowPolicy.DROP_OLDEST, this.runtime);
	}

	@Test
	void hasStoppedOnlyWhenEarlierRunsHave() {
		CountDownLatch block = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(block));
		PushListenerContainer container = container(recorder);
		container.start().join();
		this.feed.receiver.accept(delivery("1"));
		await().until(() -> recorder.count() == 1);
		CompletableFuture<Void> first = container.stop(LONG);
		container.start();
		CompletableFuture<Void> second = container.stop(LONG);
		CompletableFuture<Void> again = container.start();
		assertThat(first).isNotDone();
		assertThat(second).isNotDone();
		assertThat(again).isNotDone();
		block.countDown();
		again.join();
		assertThat(first).isDone();
		assertThat(second).isDone();
		this.feed.receiver.accept(delivery("2"));
		await().until(() -> recorder.count() == 2);
		container.stop(LONG).join();
	}

	@Test
	@Timeout(30)
	void canBeStoppedWhileItGivesUp() throws InterruptedException {
		PushListenerContainer container = container(new Recorder());
		Thread stopping = new Thread(() -> container.stop(LONG));
		this.feed.opened = () -> {
			stopping.start();
			// it holds the lock of the container, and waits for that of the run
			await().until(() -> stopping.getState() == Thread.State.BLOCKED);
			return CompletableFuture.failedFuture(new BrokerConfigurationException("No", "Change it."));
		};
		Thread starting = new Thread(container::start);
		starting.start();
		starting.join(10_000);
		assertThat(starting.getState()).isEqualTo(Thread.State.TERMINATED);
		stopping.join(10_000);
		assertThat(stopping.getState()).isEqualTo(Thread.State.TERMINATED);
		assertThat(container.isRunning()).isFalse();
	}

	private static Delivery delivery(String id) {
		return new Delivery("a", id, 1, new Delivery.Content() {

			@Override
			public byte[] payload() {
				return new byte[0];
			}

			@Override
			public Map<String, String> headers() {
				return Map.of();
			}

			@Override
			public byte[][] raw() {
				return new byte[0][];
			}

		});
	}

	private static final class Feed implements DeliveryFeed {

		private volatile Consumer<Delivery> receiver;

		private volatile Supplier<CompletableFuture<Void>> opened = () -> CompletableFuture.completedFuture(null);

		@Override
		public CompletableFuture<Void> open(Consumer<Delivery> receiver, Duration missed) {
			this.receiver = receiver;
			return this.opened.get();
		}

		@Override
		public Collection<String> missing() {
			return Set.of();
		}

		@Override
		public Settlement settlement() {
			return new Nothing();
		}

		@Override
		public CompletableFuture<Void> close() {
			return CompletableFuture.completedFuture(null);
		}

	}

	private static final class Nothing implements Settlement {

		@Override
		public void acknowledge(Delivery delivery, Outcome outcome) {
			outcome.settled(true);
		}

		@Override
		public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
			return CompletableFuture.completedFuture(true);
		}

		@Override
		public CompletableFuture<Renewal> renew(Collection<Delivery> deliveries) {
			return CompletableFuture.completedFuture(Renewal.COMPLETE);
		}

		@Override
		public CompletableFuture<Void> settled() {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void reportTo(Refusals refusals) {
		}

		@Override
		public CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
			return CompletableFuture.completedFuture(Set.of());
		}

		@Override
		public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> running) {
			return CompletableFuture.completedFuture(null);
		}

	}

}
