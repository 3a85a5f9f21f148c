package io.redisbroker.retry;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

import io.redisbroker.retry.ExceptionRules.Treatment;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.validation.method.MethodValidationResult;

import static org.assertj.core.api.Assertions.assertThat;

class ExceptionRulesTests {

	private final ExceptionRules rules = ExceptionRules.DEFAULTS.with(Treatment.DEAD_LETTER, List.of(IOException.class))
		.with(Treatment.DROP, List.of(FileNotFoundException.class));

	@Test
	void retriesWhatHasNoRule() {
		assertThat(this.rules.of(new IllegalStateException(new RuntimeException()))).isEqualTo(Treatment.RETRY);
		assertThat(this.rules.of(new OutOfMemoryError())).isEqualTo(Treatment.RETRY);
	}

	@Test
	void givesUpConversionsAndWhatTheListenerRejects() {
		assertThat(this.rules.of(new MessageConversionException("no"))).isEqualTo(Treatment.DEAD_LETTER);
		assertThat(this.rules.of(new RuntimeException(new DoNotRetryException("no")))).isEqualTo(Treatment.DEAD_LETTER);
	}

	@Test
	void givesUpArgumentsThatAreNotValid() {
		assertThat(this.rules.of(new MethodValidationException(MethodValidationResult.emptyResult())))
			.isEqualTo(Treatment.DEAD_LETTER);
	}

	@Test
	void takesTheRuleForTheNearestClass() {
		assertThat(this.rules.of(new IOException())).isEqualTo(Treatment.DEAD_LETTER);
		assertThat(this.rules.of(new FileNotFoundException())).isEqualTo(Treatment.DROP);
		assertThat(this.rules.of(new RuntimeException(new FileNotFoundException()))).isEqualTo(Treatment.DROP);
	}

	@Test
	void takesTheRuleForTheOutermostCause() {
		assertThat(this.rules.of(new IOException(new FileNotFoundException()))).isEqualTo(Treatment.DEAD_LETTER);
	}

	@Test
	void laterRulesReplaceEarlierOnes() {
		assertThat(this.rules.with(Treatment.RETRY, List.of(IOException.class)).of(new IOException()))
			.isEqualTo(Treatment.RETRY);
	}

	@Test
	void looksThroughCausesThatFormACircle() {
		RuntimeException one = new RuntimeException();
		one.initCause(new RuntimeException(one));
		assertThat(this.rules.of(one)).isEqualTo(Treatment.RETRY);
	}

}
