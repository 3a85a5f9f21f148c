package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link IoThread}.
 */
class IoThreadTests {

	private final List<String> done = new ArrayList<>();

	@Test
	void doesWhatIsDueWhenAllWasHandled() {
		SimulatedRead.during(() -> {
			assertThat(IoThread.afterRead(() -> this.done.add("after"))).isTrue();
			assertThat(IoThread.afterRead(() -> this.done.add("then"))).isTrue();
			this.done.add("handled");
		});
		assertThat(this.done).containsExactly("handled", "after", "then");
		SimulatedRead.during(() -> this.done.add("next"));
		assertThat(this.done).containsExactly("handled", "after", "then", "next");
	}

	@Test
	void whatIsDueMayAskForMore() {
		SimulatedRead.during(() -> IoThread.afterRead(() -> IoThread.afterRead(() -> this.done.add("more"))));
		assertThat(this.done).containsExactly("more");
	}

	@Test
	void aFailureConcernsNoOther() {
		SimulatedRead.during(() -> {
			IoThread.afterRead(() -> {
				throw new IllegalStateException("no");
			});
			IoThread.afterRead(() -> this.done.add("other"));
		});
		assertThat(this.done).containsExactly("other");
	}

	@Test
	void doesOnceWhatIsAskedForAgain() {
		Runnable task = () -> this.done.add("once");
		SimulatedRead.during(() -> {
			IoThread.afterRead(task);
			IoThread.afterRead(task);
		});
		assertThat(this.done).containsExactly("once");
	}

	@Test
	void otherThreadsDoTheirThingsThemselves() {
		assertThat(IoThread.afterRead(() -> this.done.add("never"))).isFalse();
		assertThat(Failures.join(() -> CompletableFuture.completedFuture("answer"))).isEqualTo("answer");
		assertThat(this.done).isEmpty();
	}

	@Test
	void asksRedisNothingThatItWouldHaveToWaitFor() {
		Supplier<CompletableFuture<String>> question = () -> {
			this.done.add("asked");
			return CompletableFuture.completedFuture("answer");
		};
		Runnable refused = () -> assertThatIllegalStateException().isThrownBy(() -> Failures.join(question))
			.withMessageContaining("sendAsync");
		SimulatedRead.during(() -> {
			refused.run();
			IoThread.afterRead(() -> {
				refused.run();
				this.done.add("refused");
			});
		});
		assertThat(this.done).containsExactly("refused");
	}

}
