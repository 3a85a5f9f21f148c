package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.same;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/**
 * Tests for {@link Settler}, and for {@link InFlight}, which settles itself by it.
 */
class SettlerTests {

	private final Settlement settlement = mock(Settlement.class);

	private final BrokerEvents events = mock(BrokerEvents.class);

	private final List<String> reports = new ArrayList<>();

	private final Delivery delivery = new Delivery("orders", "17", 1, Envelope.decode(new byte[0]));

	private final InFlight work = new InFlight(this.delivery, mock(InFlight.Holder.class), new Noted(), 0);

	@Test
	void acknowledgesOnceAndSaysNothingOfAnAcknowledgementThatIsOurs() {
		CompletableFuture<Boolean> first = this.work.acknowledge();
		CompletableFuture<Boolean> second = this.work.acknowledge();
		verify(this.settlement).acknowledge(this.delivery, this.work);
		assertThat(this.work.isSettled()).isTrue();
		assertThat(first).isNotDone().isSameAs(second);
		this.work.settled(true);
		assertThat(first).isCompletedWithValue(true);
		assertThat(this.reports).containsExactly("ended");
		verifyNoMoreInteractions(this.settlement, this.events);
	}

	@Test
	void reportsAnAcknowledgementThatIsNotOursOrFailsBeforeItsEnd() {
		CompletableFuture<Boolean> acknowledged = this.work.acknowledge();
		this.work.settled(false);
		assertThat(acknowledged).isCompletedWithValue(false);
		assertThat(this.reports).containsExactly("unsettled null", "ended");
		this.reports.clear();
		this.work.failed(new IllegalStateException("refused"));
		assertThat(this.reports).containsExactly("unsettled refused", "ended");
	}

	@Test
	void reportsARetryWhenRedisHasIt() {
		CompletableFuture<Boolean> settled = new CompletableFuture<>();
		given(this.settlement.retry(this.delivery, Duration.ofMillis(50))).willReturn(settled);
		CompletableFuture<Boolean> retry = this.work.retry(Duration.ofMillis(50));
		this.work.acknowledge();
		assertThat(this.reports).isEmpty();
		settled.complete(true);
		assertThat(retry).isCompletedWithValue(true);
		assertThat(this.reports).containsExactly("retried in 50", "ended");
		verify(this.events).retried("listener", this.delivery);
	}

	@Test
	void reportsASettlementThatFails() {
		given(this.settlement.release(this.delivery))
			.willReturn(CompletableFuture.failedFuture(new IllegalStateException("refused")));
		assertThat(this.work.returnUnfinished()).isCompletedExceptionally();
		assertThat(this.reports).containsExactly("unsettled refused", "ended");
		verifyNoMoreInteractions(this.events);
	}

	@Test
	void namesTheListenerInADeadLetterOfItsOwn() {
		given(this.settlement.deadLetter(eq(this.delivery), any())).willReturn(CompletableFuture.completedFuture(true));
		assertThat(this.work.deadLetter("no such customer")).isCompletedWithValue(true);
		ArgumentCaptor<DeadLetter> letter = ArgumentCaptor.forClass(DeadLetter.class);
		verify(this.events).deadLettered(eq("listener"), same(this.delivery), letter.capture());
		assertThat(letter.getValue().reason()).isEqualTo(DeadLetter.Reason.REJECTED);
		assertThat(letter.getValue().fields().values()).contains("listener", "no such customer");
		assertThat(this.reports).containsExactly("ended");
	}

	private final class Noted extends Settler {

		Noted() {
			super("listener", SettlerTests.this.settlement, SettlerTests.this.events);
		}

		@Override
		protected void retriedIn(Duration after) {
			SettlerTests.this.reports.add("retried in " + after.toMillis());
		}

		@Override
		protected void unsettled(Delivery delivery, Throwable failure) {
			SettlerTests.this.reports.add("unsettled " + ((failure != null) ? failure.getMessage() : null));
		}

		@Override
		protected void ended(InFlight work) {
			SettlerTests.this.reports.add("ended");
		}

	}

}
