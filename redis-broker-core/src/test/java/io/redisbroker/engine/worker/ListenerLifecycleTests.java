package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ListenerLifecycle} and {@link ListenerRun}.
 */
class ListenerLifecycleTests {

	private static final BrokerConfigurationException INVALID = new BrokerConfigurationException("No", "Change it.");

	private final Queue<String> steps = new ConcurrentLinkedQueue<>();

	private final ListenerRuntime runtime = new ListenerRuntime(WorkerExecutors.platformThreads(), new Noted());

	private final Container container = new Container();

	private CompletableFuture<Void> begin = CompletableFuture.completedFuture(null);

	private CompletableFuture<Void> resume = CompletableFuture.completedFuture(null);

	private CompletableFuture<Void> stop = CompletableFuture.completedFuture(null);

	@AfterEach
	void close() {
		this.runtime.close();
	}

	@Test
	void startsPausesResumesAndStops() {
		this.container.start().join();
		this.container.pause().join();
		assertThat(this.container.isPaused()).isTrue();
		this.container.pause().join();
		this.container.resume().join();
		this.container.resume().join();
		this.container.stop(Duration.ZERO).join();
		assertThat(this.steps).containsExactly("begin 1", "started", "pause 1", "paused", "resumed", "resume 1",
				"stop 1", "stopped");
		assertThat(this.container.isRunning()).isFalse();
	}

	@Test
	void isGoneWhenItsRunCanNotWork() {
		this.begin = CompletableFuture.failedFuture(INVALID);
		assertThat(this.container.start()).isCompletedExceptionally();
		assertThat(this.container.isRunning()).isFalse();
		assertThat(this.container.isStarted()).isTrue();
		this.begin = CompletableFuture.completedFuture(null);
		this.container.start().join();
		assertThat(this.container.isRunning()).isTrue();
		assertThat(this.steps).containsExactly("begin 1", "abort 1", "begin 2", "started");
	}

	@Test
	void isGoneWhenItsRunCanNotResume() {
		this.container.start().join();
		this.container.pause().join();
		this.resume = CompletableFuture.failedFuture(INVALID);
		assertThat(this.container.resume()).isCompletedExceptionally();
		assertThat(this.container.isRunning()).isFalse();
		assertThat(this.steps).endsWith("resume 1", "abort 1");
	}

	@Test
	void pausesNothingOfARunThatCouldNotBegin() {
		this.begin = new CompletableFuture<>();
		CompletableFuture<Void> starting = this.container.start();
		CompletableFuture<Void> pausing = this.container.pause();
		assertThat(pausing).isNotDone();
		this.begin.completeExceptionally(INVALID);
		assertThat(starting).isCompletedExceptionally();
		assertThat(pausing).isCompleted();
		assertThat(this.steps).doesNotContain("pause 1");
	}

	@Test
	void beginsWhenEarlierRunsHaveEndedBeItWithAFailure() {
		this.container.start().join();
		this.stop = new CompletableFuture<>();
		this.container.stop(Duration.ZERO);
		CompletableFuture<Void> again = this.container.start();
		assertThat(again).isNotDone();
		this.stop.completeExceptionally(new IllegalStateException("broken"));
		again.join();
		assertThat(this.steps).endsWith("stop 1", "begin 2", "started");
	}

	@Test
	void saysNothingOfARunThatWasStoppedBeforeItBegan() {
		this.begin = new CompletableFuture<>();
		CompletableFuture<Void> starting = this.container.start();
		this.container.stop(Duration.ZERO).join();
		starting.join();
		this.begin.complete(null);
		assertThat(this.steps).containsExactly("begin 1", "stop 1");
	}

	@Test
	void resumesNothingOnceItIsStopped() {
		this.container.start().join();
		this.container.pause().join();
		ListenerRun run = this.container.run;
		this.container.stop(Duration.ZERO).join();
		run.resume(() -> this.steps.add("failed")).join();
		assertThat(this.steps).endsWith("stop 1", "stopped");
	}

	@Test
	void refusesToStartOnceItIsClosed() {
		this.container.close(Duration.ZERO).join();
		assertThat(this.container.start()).isCompletedExceptionally();
		assertThat(this.steps).containsExactly("unregistered");
	}

	private final class Container extends ListenerLifecycle {

		private int runs;

		private volatile ListenerRun run;

		Container() {
			super(TestWorkers.endpoint(TestSettings.defaults()), ListenerLifecycleTests.this.runtime);
		}

		@Override
		protected ListenerRun newRun() {
			this.run = new Run(endpoint(), runtime(), ++this.runs);
			return this.run;
		}

	}

	private final class Run extends ListenerRun {

		private final int number;

		Run(ListenerEndpoint endpoint, ListenerRuntime runtime, int number) {
			super(endpoint, runtime, WaitingLine.single());
			this.number = number;
		}

		private CompletableFuture<Void> step(String name, CompletableFuture<Void> end) {
			ListenerLifecycleTests.this.steps.add(name + " " + this.number);
			return end;
		}

		@Override
		protected CompletableFuture<Void> begin() {
			return step("begin", ListenerLifecycleTests.this.begin);
		}

		@Override
		protected CompletableFuture<Void> pauseReceiving() {
			return step("pause", CompletableFuture.completedFuture(null));
		}

		@Override
		protected CompletableFuture<Void> resumeReceiving() {
			return step("resume", ListenerLifecycleTests.this.resume);
		}

		@Override
		protected CompletableFuture<Void> stopReceiving(Duration timeout) {
			end();
			return step("stop", ListenerLifecycleTests.this.stop);
		}

		@Override
		protected void abortReceiving() {
			end();
			step("abort", CompletableFuture.completedFuture(null));
		}

		@Override
		protected boolean isConnected() {
			return true;
		}

		@Override
		protected List<ListenerProblem> problems() {
			return List.of();
		}

	}

	private final class Noted implements BrokerEvents {

		@Override
		public void started(String listenerId) {
			ListenerLifecycleTests.this.steps.add("started");
		}

		@Override
		public void stopped(String listenerId) {
			ListenerLifecycleTests.this.steps.add("stopped");
		}

		@Override
		public void paused(String listenerId) {
			ListenerLifecycleTests.this.steps.add("paused");
		}

		@Override
		public void resumed(String listenerId) {
			ListenerLifecycleTests.this.steps.add("resumed");
		}

		@Override
		public void unregistered(String listenerId) {
			ListenerLifecycleTests.this.steps.add("unregistered");
		}

	}

}
