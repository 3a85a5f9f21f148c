package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Gate}.
 */
class GateTests {

	private static final long FAR = System.nanoTime() + Long.MAX_VALUE / 2;

	private final Gate<String> gate = new Gate<>(Runnable::run);

	private final List<String> uses = new ArrayList<>();

	@Test
	void usesWaitAndThenRunInTheirOrder() {
		CompletableFuture<String> first = this.gate.use(FAR, use("first"));
		CompletableFuture<String> second = this.gate.use(FAR, use("second"));
		assertThat(first).isNotDone();
		this.gate.open("it");
		assertThat(first).isCompletedWithValue("it");
		assertThat(second).isCompletedWithValue("it");
		assertThat(this.gate.use(FAR, use("third"))).isCompletedWithValue("it");
		assertThat(this.uses).containsExactly("first", "second", "third");
	}

	@Test
	void usesWaitAgainOnceItIsClosed() {
		this.gate.open("it");
		this.gate.close();
		assertThat(this.gate.use(FAR, use("later"))).isNotDone();
		assertThat(this.gate.value()).isNull();
	}

	@Test
	void whatHasWaitedForTooLongFailsAndIsNotUsedLater() {
		long now = System.nanoTime();
		CompletableFuture<String> early = this.gate.use(now, use("early"));
		CompletableFuture<String> late = this.gate.use(now + 100, use("late"));
		this.gate.expire(now, () -> new IllegalStateException("too late"));
		assertThat(early).isCompletedExceptionally();
		this.gate.open("it");
		assertThat(late).isCompletedWithValue("it");
		assertThat(this.uses).containsExactly("late");
	}

	@Test
	void allThatWaitsCanFail() {
		CompletableFuture<String> waiting = this.gate.use(FAR, use("never"));
		this.gate.fail(new IllegalStateException("no connection"));
		assertThatIllegalStateException().isThrownBy(() -> Failures.join(() -> waiting)).withMessage("no connection");
		this.gate.open("it");
		assertThat(this.uses).isEmpty();
	}

	@Test
	void aUseThatThrowsFailsOnlyItself() {
		CompletableFuture<String> broken = this.gate.use(FAR, (value) -> {
			throw new IllegalStateException("broken");
		});
		CompletableFuture<String> sound = this.gate.use(FAR, use("sound"));
		this.gate.open("it");
		assertThat(broken).isCompletedExceptionally();
		assertThat(sound).isCompletedWithValue("it");
	}

	private Function<String, CompletableFuture<String>> use(String name) {
		return (value) -> {
			this.uses.add(name);
			return CompletableFuture.completedFuture(value);
		};
	}

}
