package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CallWatch}, and for the calls that it looks at.
 */
class CallWatchTests {

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

	private final CountDownLatch end = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.end.countDown();
		this.timer.shutdownNow();
	}

	@Test
	void reportsOnceThatACallMayNeverReturn() throws Exception {
		CallWatch watch = new CallWatch(TestWorkers.endpoint(TestSettings.defaults()), Duration.ofMillis(50));
		RunningCalls calls = new RunningCalls(watch, this.timer);
		try (CapturedLog log = new CapturedLog()) {
			Thread worker = new Thread(() -> {
				try (RunningCalls.Slot slot = calls.open(true)) {
					RunningCall call = slot.begin(List.of(delivery("17")));
					call.enter();
					await().until(() -> this.end.getCount() == 0);
					call.leave();
					call.end();
				}
			}, "worker-1");
			worker.start();
			await().until(() -> !log.warnings().isEmpty());
			await().until(() -> calls.longest().compareTo(Duration.ofMillis(500)) > 0);
			this.end.countDown();
			worker.join();
			assertThat(log.warnings()).singleElement()
				.asString()
				.contains("'listener'", "orders 17", "'worker-1'", "max-processing-time");
		}
	}

	@Test
	void saysThatAThreadThatIsNotItsOwnCanNotBeInterrupted() {
		CallWatch watch = new CallWatch(
				TestWorkers.endpoint(TestSettings.defaults().maxProcessingTime(Duration.ofMillis(10))));
		RunningCall call = new RunningCall(List.of(delivery("17")), false);
		call.enter();
		try (CapturedLog log = new CapturedLog()) {
			await().until(() -> {
				watch.check(call);
				return !log.warnings().isEmpty();
			});
			assertThat(log.warnings()).singleElement().asString().contains("can't be interrupted");
		}
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		assertThat(call.leave()).isTrue();
	}

	@Test
	void looksNoMoreWhenNothingRuns() {
		CallWatch watch = new CallWatch(TestWorkers.endpoint(TestSettings.defaults()), Duration.ofMillis(50));
		RunningCalls calls = new RunningCalls(watch, this.timer);
		calls.open(true).close();
		assertThat(calls.longest()).isNull();
		await().until(() -> this.timer.getQueue().isEmpty());
	}

	private static InFlight delivery(String id) {
		return new InFlight(new Delivery("orders", id, 1, Envelope.decode(new byte[0])), mock(InFlight.Holder.class),
				mock(Settler.class), 0);
	}

}
