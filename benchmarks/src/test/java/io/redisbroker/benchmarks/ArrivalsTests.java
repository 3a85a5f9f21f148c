package io.redisbroker.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Arrivals}.
 */
class ArrivalsTests {

	@Test
	void isCompleteWhenEveryIdHasArrived() throws InterruptedException {
		Arrivals arrivals = new Arrivals(130);
		for (int id = 129; id >= 0; id--) {
			arrivals.accept(Order.of(id, 0));
		}

		assertThat(arrivals.awaitAll()).isPositive();
		assertThat(arrivals.count()).isEqualTo(130);
	}

	@Test
	void doesNotTakeADuplicateForAnotherMessage() {
		Arrivals arrivals = new Arrivals(2);
		arrivals.accept(Order.of(1, 0));
		arrivals.accept(Order.of(1, 0));

		assertThat(arrivals.count()).isEqualTo(1);
	}

	@Test
	void failsWhenAMessageComesTwice() {
		Arrivals arrivals = new Arrivals(2);
		arrivals.accept(Order.of(1, 0));
		arrivals.accept(Order.of(1, 0));
		arrivals.accept(Order.of(0, 0));

		assertThatIllegalStateException().isThrownBy(arrivals::awaitAll).withMessage("1 of 2 messages came twice");
	}

	@Test
	void tellsEachStep() {
		int[] steps = { 0 };
		Arrivals arrivals = new Arrivals(10, 3, () -> steps[0]++);
		for (int id = 0; id < 10; id++) {
			arrivals.accept(Order.of(id, 0));
		}

		assertThat(steps[0]).isEqualTo(3);
	}

}
