package io.redisbroker.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters that are many, or large: a request reads no more of them than it has to.
 */
class LargeDeadLettersIntegrationTests extends DeadLettersFixture {

	@Test
	void onlyWhatIsAskedForIsReadOfLargeOnes() {
		listenToQueue();
		String large = "x".repeat(200_000);
		IntStream.range(0, 150).forEach((i) -> letter(large, Map.of()));
		DeadLetters letters = this.broker.deadLetters();
		String first = letters.list("orders", DeadLetterFilter.ALL, null, 1).letters().get(0).id();
		long before = sent();
		assertThat(letters.find("orders", first)).isPresent();
		assertThat(sent() - before).isLessThan(300_000);
		assertThat(letters.list("orders", DeadLetterFilter.ALL, null, 30).letters()).hasSize(30);
		assertThat(sent() - before).isLessThan(7_000_000);
	}

	/** Hundreds of them may be more than fits into memory. */
	@Test
	void aPageOfLargeOnesHasFewerThanWereAskedFor() {
		listenToQueue();
		String large = "x".repeat(3_000_000);
		IntStream.range(0, 40).forEach((i) -> letter(i + large, Map.of()));
		DeadLetters letters = this.broker.deadLetters();
		long before = sent();
		DeadLetterPage page = letters.list("orders", DeadLetterFilter.ALL, null, 1000);
		assertThat(page.letters()).hasSize(3);
		assertThat(sent() - before).isLessThan(10_000_000);
		List<String> listed = new ArrayList<>();
		for (String next = null; page != null; page = (next != null)
				? letters.list("orders", DeadLetterFilter.ALL, next, 1000) : null) {
			page.letters()
				.forEach((letter) -> listed
					.add(new String(letter.payload(), StandardCharsets.UTF_8).replaceAll("x+", "")));
			next = page.next();
		}
		assertThat(listed).containsExactlyElementsOf(IntStream.range(0, 40).mapToObj(Integer::toString).toList());
		assertThat(letters.list("orders", DeadLetterFilter.ALL.withException("Nope"), null, 1000))
			.isEqualTo(new DeadLetterPage(List.of(), null));
		assertThat(letters.redriveAll("orders", DeadLetterFilter.ALL, 1000).join()).isEqualTo(40);
	}

	@Test
	void moreIsLookedAtEachTimeWhereAFilterPassesFew() {
		listenToQueue();
		IntStream.range(0, 5000).forEach((i) -> letter("x", Map.of()));
		this.redis.commands().configResetstat();
		assertThat(
				this.broker.deadLetters().list("orders", DeadLetterFilter.ALL.withException("Nope"), null, 1).letters())
			.isEmpty();
		assertThat(this.redis.commandStats().get("evalsha")).isBetween(1L, 35L);
	}

	private long sent() {
		return this.redis.commands()
			.info("stats")
			.lines()
			.filter((line) -> line.startsWith("total_net_output_bytes:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
			.findFirst()
			.orElseThrow();
	}

}
