package io.redisbroker.admin;

import java.util.List;
import java.util.Map;

import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Dead letters that other clients have written or changed.
 */
class ForeignDeadLettersIntegrationTests extends DeadLettersFixture {

	@Test
	void oneThatCanNotBePutBackKeepsNoOtherFromIt() {
		Recorder recorder = new Recorder();
		this.broker
			.listen(StreamEndpoint.builder("billing").streams("orders").group("billing").handler(recorder.handler()));
		letter("one", Map.of());
		letter("too many fields", Map.of("dead-letter-fields", "{\"tenant\":\"eu\"}"));
		letter("two", Map.of());
		assertThat(this.broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 100).join()).isEqualTo(2);
		Patience.await().until(() -> recorder.count() == 2);
		assertThat(recorder.texts()).containsExactly("one", "two");
		List<StoredDeadLetter> left = this.broker.deadLetters()
			.list("orders", DeadLetterFilter.ALL, null, 10)
			.letters();
		assertThat(left).singleElement()
			.satisfies((letter) -> assertThat(letter.headers()).containsEntry("tenant", "eu"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.broker.deadLetters().redrive("orders", left.get(0).id()))
			.withMessageContaining("too many fields");
	}

	/** A sender may use any name for a header. */
	@Test
	void fieldsOfOthersThatAreNamedLikeOursAreShownAsTheyAre() {
		listenToQueue();
		letter("x", Map.of("dead-letter-fields", "no JSON", "dead-letter-redrives", "many"));
		StoredDeadLetter letter = this.broker.deadLetters()
			.list("orders", DeadLetterFilter.ALL, null, 10)
			.letters()
			.get(0);
		assertThat(letter.headers()).containsEntry("dead-letter-fields", "no JSON");
		assertThat(letter.redrives()).isZero();
	}

}
