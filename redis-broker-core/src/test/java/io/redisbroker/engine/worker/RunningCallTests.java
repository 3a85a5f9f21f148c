package io.redisbroker.engine.worker;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunningCall}.
 */
@Timeout(60)
class RunningCallTests {

	/** Each interrupt that is sent reaches the call that exceeded its limit. */
	@Test
	void noInterruptReachesCodeAfterTheCall() throws Exception {
		AtomicReference<RunningCall> current = new AtomicReference<>();
		AtomicInteger sent = new AtomicInteger();
		Thread watching = new Thread(() -> {
			while (!Thread.currentThread().isInterrupted()) {
				RunningCall call = current.get();
				if (call != null && call.exceeds(TimeUnit.MICROSECONDS.toNanos(3))) {
					sent.incrementAndGet();
				}
			}
		});
		watching.start();
		int exceeded = 0;
		for (int i = 0; i < 300_000; i++) {
			RunningCall call = new RunningCall(List.of(), true);
			current.set(call);
			call.enter();
			for (int spin = i % 100; spin > 0; spin--) {
				Thread.onSpinWait();
			}
			if (call.leave()) {
				exceeded++;
			}
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			call.end();
		}
		watching.interrupt();
		watching.join();
		assertThat(exceeded).isPositive().isEqualTo(sent.get());
	}

	@Test
	void interruptsOnlyOnce() {
		RunningCall call = new RunningCall(List.of(), true);
		assertThat(call.exceeds(-1)).isFalse();
		call.enter();
		assertThat(call.exceeds(TimeUnit.MINUTES.toNanos(1))).isFalse();
		assertThat(call.exceeds(-1)).isTrue();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(call.exceeds(-1)).isFalse();
		assertThat(Thread.interrupted()).isFalse();
		assertThat(call.leave()).isTrue();
		call.end();
		call.interrupt();
		assertThat(Thread.interrupted()).isFalse();
	}

	@Test
	void isGivenUpOnlyAfterItsInterrupt() {
		RunningCall call = new RunningCall(List.of(), true);
		call.enter();
		assertThat(call.givesUp(-1)).isFalse();
		assertThat(call.exceeds(-1)).isTrue();
		assertThat(call.givesUp(-1)).isTrue();
		assertThat(call.givesUp(-1)).isFalse();
		assertThat(call.leave()).isTrue();
		assertThat(call.wasGivenUp()).isTrue();
	}

}
