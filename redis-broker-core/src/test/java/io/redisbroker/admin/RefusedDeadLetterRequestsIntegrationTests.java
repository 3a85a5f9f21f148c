package io.redisbroker.admin;

import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Requests for dead letters that name no source, no id, or a source without a way back.
 */
class RefusedDeadLetterRequestsIntegrationTests extends DeadLettersFixture {

	/** Each would work on the dead letters of the other, and delete them. */
	@Test
	void listenersThatKeepThemApartAreAskedForOneByOne() {
		DeliveryHandler failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no");
		}).handler();
		this.broker.listen(ChannelEndpoint.builder("news")
			.channels("orders")
			.settings(settings("{orders}:unheard"))
			.handler(failing));
		this.broker.listen(StreamEndpoint.builder("billing")
			.streams("orders")
			.group("billing")
			.settings(settings(null))
			.handler(failing));
		this.broker.listen(StreamEndpoint.builder("shipping")
			.streams("orders")
			.group("shipping")
			.settings(settings("{orders}:unshipped"))
			.handler(failing));
		this.broker.broker().stream("orders").send("x");
		DeadLetters all = this.broker.deadLetters();
		assertThatIllegalArgumentException().isThrownBy(() -> all.purge("orders"))
			.withMessageContainingAll("apart", "{orders}:dlq", "{orders}:unshipped", "{orders}:unheard");
		DeadLetterSource shipping = new DeadLetterSource("orders", TransportType.STREAM, "{orders}:unshipped");
		DeadLetters unshipped = all.of(shipping);
		DeadLetters unbilled = all.of(new DeadLetterSource("orders", TransportType.STREAM, LETTERS));
		Patience.await().until(() -> unshipped.count("orders") == 1 && unbilled.count("orders") == 1);
		String id = unshipped.list("orders", DeadLetterFilter.ALL, null, 10).letters().get(0).id();
		assertThat(unshipped.find("orders", id))
			.hasValueSatisfying((letter) -> assertThat(letter.told()).containsEntry("listener", "shipping"));
		assertThat(unshipped.purge("orders")).isOne();
		assertThat(unbilled.count("orders")).isOne();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> all.of(new DeadLetterSource("orders", TransportType.STREAM, "secrets")))
			.withMessageContaining("secrets");
	}

	private static ListenerSettings settings(String deadLetters) {
		return TestSettings.defaults().maxAttempts(1).deadLetters(deadLetters).build();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "abc", "1-1-1", "(1-1", "99999999999999999999-0", "1-0 1-1" })
	void aTextThatIsNoIdIsRefused(String id) {
		listenToQueue();
		DeadLetters letters = this.broker.deadLetters();
		assertThatIllegalArgumentException().isThrownBy(() -> letters.find("orders", id));
		assertThatIllegalArgumentException().isThrownBy(() -> letters.redrive("orders", id));
		assertThatIllegalArgumentException().isThrownBy(() -> letters.delete("orders", List.of(id)));
		if (!id.equals("(1-1")) {
			assertThatIllegalArgumentException().isThrownBy(() -> letters.list("orders", DeadLetterFilter.ALL, id, 10))
				.withMessageContaining("not where a page starts");
		}
	}

	@Test
	void channelsRefuseAtOnceToPutBack() {
		this.broker.listen(ChannelEndpoint.builder("news").channels("orders").handler(new Recorder().handler()));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 10))
			.withMessageContaining("can't be put back");
	}

}
