package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Patience;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DecodingBrakeTests {

	private final ListenerRuntime runtime = new ListenerRuntime(WorkerExecutors.platformThreads(), BrokerEvents.NONE);

	private final AtomicLong now = new AtomicLong();

	private final DecodingBrake brake = new DecodingBrake(QueueEndpoint.builder("listener")
		.queues("orders")
		.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
		})), this.runtime, this.now::get);

	@AfterEach
	void end() {
		this.runtime.close();
	}

	@Test
	void isOffWhileOthersSucceed() {
		for (int i = 0; i < 100; i++) {
			fail(4);
			this.brake.succeeded();
			assertThat(this.brake.takesRoom(10)).isZero();
		}
		assertThat(this.brake.problems()).isEmpty();
	}

	@Test
	void isOnWhenNearlyAllFail() {
		for (int i = 0; i < 5; i++) {
			fail(9);
			this.brake.succeeded();
		}
		fail(9);
		assertThat(this.brake.isPausing()).isTrue();
	}

	@Test
	void leavesRoomForOneAfterAPauseUntilOneSucceeds() {
		AtomicInteger ends = new AtomicInteger();
		this.brake.onPause(UnaryOperator.identity(), ends::incrementAndGet);
		fail(DecodingBrake.TOLERATED - 1);
		assertThat(this.brake.takesRoom(10)).isZero();
		fail(1);
		assertThat(this.brake.takesRoom(10)).isEqualTo(10);
		Patience.await().until(() -> ends.get() == 1);
		assertThat(this.brake.takesRoom(10)).isEqualTo(9);
		fail(1);
		assertThat(this.brake.takesRoom(10)).isEqualTo(10);
		Patience.await().until(() -> ends.get() == 2);
		this.brake.succeeded();
		assertThat(this.brake.takesRoom(10)).isZero();
		assertThat(this.brake.problems()).isEmpty();
	}

	@Test
	void isNoProblemWhileNothingComes() {
		fail(DecodingBrake.TOLERATED);
		assertThat(this.brake.problems()).hasSize(1);
		Patience.await().until(() -> !this.brake.isPausing());
		assertThat(this.brake.problems()).hasSize(1);
		this.now.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(this.brake.problems()).isEmpty();
		fail(1);
		assertThat(this.brake.problems()).hasSize(1);
	}

	private void fail(int times) {
		for (int i = 0; i < times; i++) {
			this.brake.failed(new IllegalArgumentException("secret"));
		}
	}

}
