package io.redisbroker.deadletter;

import io.redisbroker.deadletter.DeadLetter.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeadLetter}.
 */
class DeadLetterTests {

	@Test
	void shortensWhatIsSaid() {
		String tooLong = "x".repeat(10_000_000);
		DeadLetter letter = new DeadLetter(Reason.REJECTED, "billing", tooLong, new IllegalStateException(tooLong));
		assertThat(letter.fields()).hasEntrySatisfying("dead-letter-detail", DeadLetterTests::isShort)
			.hasEntrySatisfying("dead-letter-message", DeadLetterTests::isShort)
			.hasEntrySatisfying("dead-letter-stack-trace", DeadLetterTests::isShort);
	}

	private static void isShort(String text) {
		assertThat(text).hasSize(4001).endsWith("…");
	}

	@Test
	void saysNothingOfAFailureThatWasNone() {
		assertThat(new DeadLetter(Reason.REJECTED, "billing", null, null).fields())
			.containsOnlyKeys("dead-letter-reason", "dead-letter-listener");
	}

	@Test
	void namesAFailureThatCantSpeakOfItself() {
		RuntimeException failure = new RuntimeException() {

			@Override
			public String getMessage() {
				throw new StackOverflowError();
			}

		};
		assertThat(new DeadLetter(Reason.REJECTED, "billing", null, failure).fields())
			.containsEntry("dead-letter-exception", failure.getClass().getName())
			.containsEntry("dead-letter-message", "(not told: java.lang.StackOverflowError)");
	}

}
