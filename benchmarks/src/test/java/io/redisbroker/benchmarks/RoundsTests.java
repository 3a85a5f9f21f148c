package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Rounds}.
 */
class RoundsTests {

	private final List<Integer> rounds = new ArrayList<>();

	private final Compiler compiler = new Compiler();

	private Rounds.Result run(long perSecond, String... options) throws Exception {
		return new Rounds(this.compiler, Options.parse(options)).run((messages) -> {
			this.rounds.add(messages);
			this.compiler.compile();
			return new Rounds.Result(messages, Duration.ofNanos(TimeUnit.SECONDS.toNanos(messages) / perSecond),
					Duration.ofMillis(1), Duration.ofMillis(2));
		});
	}

	@Test
	void growUntilOneLastsLongEnough() throws Exception {
		Rounds.Result result = run(500_000, "--warm-ups=5", "--seconds=2");
		assertThat(this.rounds).containsExactly(2_000, 20_000, 200_000, 1_000_000, 1_000_000, 1_000_000);
		assertThat(result.perSecond()).isEqualTo(500_000);
		assertThat(result.clientMicros()).isEqualTo(0.001);
		assertThat(result.serverMicros()).isEqualTo(0.002);
	}

	@Test
	void takeNoMoreThanRedisShouldHold() throws Exception {
		run(1_000_000, "--warm-ups=3", "--seconds=100", "--payload=100000");
		assertThat(this.rounds).containsExactly(2_000, 6_000, 6_000, 6_000);
	}

	@Test
	void goOnWhileTheCompilerWorks() throws Exception {
		this.compiler.perRound = Duration.ofSeconds(1);
		run(1_000, "--warm-ups=2");
		assertThat(this.rounds).hasSize(12 + 1);
	}

	@Test
	void haveAsManyMessagesAsTheyAreTold() throws Exception {
		this.compiler.perRound = Duration.ofSeconds(1);
		run(1_000, "--messages=70", "--warm-ups=1");
		assertThat(this.rounds).containsExactly(70, 70);
	}

	private static final class Compiler implements Contestant {

		private Duration perRound = Duration.ZERO;

		private Duration worked = Duration.ZERO;

		void compile() {
			this.worked = this.worked.plus(this.perRound);
		}

		@Override
		public Duration compileTime() {
			return this.worked;
		}

		@Override
		public void close() {
		}

	}

}
