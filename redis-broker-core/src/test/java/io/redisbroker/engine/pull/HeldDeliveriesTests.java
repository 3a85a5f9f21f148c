package io.redisbroker.engine.pull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeldDeliveriesTests {

	private static final int CAPACITY = 4;

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final HeldDeliveries held = new HeldDeliveries("listener", new NeverRead(this.timer), CAPACITY);

	@AfterEach
	void end() {
		this.timer.shutdown();
	}

	@Test
	void holdsAsManyMoreAsItsCapacityWhileTheyAreBeingSettled() {
		List<InFlight> first = hold(CAPACITY);
		assertThat(this.held.room()).isZero();
		first.forEach(this.held::settling);
		assertThat(this.held.room()).isEqualTo(CAPACITY);
		hold(CAPACITY).forEach(this.held::settling);
		assertThat(this.held.room()).as("none of them is settled").isZero();
		assertThat(this.held.remove(first.get(0))).isTrue();
		assertThat(this.held.remove(first.get(0))).as("again").isFalse();
		assertThat(this.held.room()).isOne();
	}

	/** The loop reads on when it is told so. */
	@RepeatedTest(50)
	void saysSoWheneverOneThatIsForgottenMakesRoom() {
		Random random = new Random();
		List<InFlight> work = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			InFlight any = work.isEmpty() ? null : work.get(random.nextInt(work.size()));
			if (any == null || random.nextInt(3) == 0) {
				work.addAll(hold(Math.max(0, random.nextInt(this.held.room() + 1))));
			}
			else if (random.nextBoolean()) {
				this.held.settling(any);
			}
			else {
				work.remove(any);
				int before = this.held.room();
				boolean roomier = this.held.remove(any);
				assertThat(roomier || this.held.room() == before)
					.as("told, or room stayed %d and is %d", before, this.held.room())
					.isTrue();
			}
		}
	}

	private List<InFlight> hold(int deliveries) {
		List<Delivery> some = new ArrayList<>();
		for (int i = 0; i < deliveries; i++) {
			some.add(new Delivery("orders", "1-" + i, 1, null));
		}
		return this.held.hold(some, null, null, System.nanoTime());
	}

	private static final class NeverRead extends SourceInMemory {

		NeverRead(ScheduledExecutorService timer) {
			super(AckMode.AUTO, timer);
		}

		@Override
		protected CompletableFuture<List<Delivery>> doReceive(int max) {
			return new CompletableFuture<>();
		}

	}

}
