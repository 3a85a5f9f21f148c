package io.redisbroker.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.support.CapturedLog;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReadSize}.
 */
class ReadSizeTests {

	private final ReadSize size = new ReadSize("orders", 1, Duration.ofSeconds(2), Duration.ofSeconds(30),
			Runnable::run);

	private final List<Integer> asked = new ArrayList<>();

	@Test
	void asksForAllThatThereIsRoomForUpToAThousand() {
		reads(250, 250);
		reads(25_000, 1000);
		assertThat(this.asked).containsExactly(250, 1000);
	}

	@Test
	void asksForFewerAfterAReplyThatDidNotArriveInTime() {
		for (int i = 0; i < 5; i++) {
			timesOut(250, true);
		}
		assertThat(this.asked).containsExactly(250, 31, 3, 1, 1);
	}

	@Test
	void asksForMoreAgainWhenRepliesComeQuickly() {
		timesOut(250, true);
		timesOut(250, true);
		this.asked.clear();
		for (int count : new int[] { 3, 6, 12, 24, 48, 96, 192, 250 }) {
			reads(250, count);
		}
		assertThat(this.asked).containsExactly(3, 6, 12, 24, 48, 96, 192, 250);
	}

	@Test
	void staysSmallWhileThereIsNoMore() {
		timesOut(250, true);
		reads(250, 30);
		reads(250, 0);
		reads(250, 31);
		assertThat(this.asked).containsExactly(250, 31, 31, 31);
	}

	/** A silent server would not answer sooner if asked for fewer messages. */
	@Test
	void doesNotMindASilentServer() {
		timesOut(250, false);
		reads(250, 250);
		assertThat(this.asked).containsExactly(250, 250);
	}

	@Test
	void doesNotMindABrokenConnection() {
		this.size.read(250, (most, transfer) -> {
			transfer.arrived();
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("broken"));
		});
		reads(250, 250);
		assertThat(this.asked).containsExactly(250);
	}

	@Test
	void asksForAtLeastOneOfEachOfSeveralSources() {
		ReadSize several = new ReadSize("a, b, c", 3, Duration.ofSeconds(2), Duration.ofSeconds(30), Runnable::run);
		for (int i = 0; i < 4; i++) {
			several.read(250, (most, transfer) -> {
				this.asked.add(most);
				transfer.arrived();
				return CompletableFuture.failedFuture(new QueryTimeoutException("slow"));
			});
		}
		assertThat(this.asked).containsExactly(250, 31, 3, 3);
	}

	@Test
	void saysOnceWhatToChange() {
		try (CapturedLog log = new CapturedLog()) {
			timesOut(250, true);
			timesOut(250, true);
			assertThat(log.warnings()).singleElement().asString().contains("orders", "lower the batch size");
		}
	}

	@Test
	void knowsWhetherItGotAllItAskedFor() {
		timesOut(250, true);
		reads(250, 31);
		assertThat(this.size.isDrained(31)).isFalse();
		assertThat(this.size.isDrained(30)).isTrue();
	}

	private void reads(int max, int brought) {
		this.size.read(max, (most, transfer) -> {
			this.asked.add(most);
			transfer.arrived();
			return CompletableFuture.completedFuture(Collections.nCopies(brought, "message"));
		});
	}

	private void timesOut(int max, boolean begun) {
		this.size.read(max, (most, transfer) -> {
			this.asked.add(most);
			if (begun) {
				transfer.arrived();
			}
			return CompletableFuture.failedFuture(new QueryTimeoutException("Redis did not answer in time"));
		});
	}

}
