package io.redisbroker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.redisbroker.benchmarks.Main.Outcome;
import io.redisbroker.benchmarks.Measurement.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Report}.
 */
class ReportTests {

	@TempDir
	private Path directory;

	private final Report report = new Report(Options.parse());

	@Test
	void showsMediansAndSpread() throws IOException {
		add(Contestants.RAW, 1, 100);
		add(Contestants.RAW, 2, 3000);
		add(Contestants.RAW, 3, 200);

		assertThat(written()).contains("| raw Lettuce | 200 (100–3,000) | 1.00 |");
	}

	@Test
	void comparesWithinATurn() throws IOException {
		add(Contestants.RAW, 1, 100);
		add(Contestants.OURS, 1, 50);
		add(Contestants.RAW, 2, 1000);
		add(Contestants.OURS, 2, 500);
		add(Contestants.RAW, 3, 400);
		add(Contestants.OURS, 3, 360);

		assertThat(written()).contains("| redis-broker | 360 (50–500) | 0.50 (0.50–0.90) |");
	}

	@Test
	void comparesWithTheSameVariant() throws IOException {
		add(Contestants.RAW, "100 B", 1, 100);
		add(Contestants.RAW, "1,000 B", 1, 10);
		add(Contestants.OURS, "1,000 B", 1, 9);

		assertThat(written()).contains("| redis-broker, 1,000 B | 9 | 0.90 |");
	}

	@Test
	void comparesWithNobodyWhereTheFirstFailed() throws IOException {
		this.report.add(Scenario.STREAM, Contestants.RAW, 1, new Outcome(List.of(), Path.of("log")));
		add(Contestants.OURS, "100 B", 1, 10);

		assertThat(written()).contains("| redis-broker, 100 B | 10 |  |");
	}

	@Test
	void showsWhatFailed() throws IOException {
		add(Contestants.RAW, 1, 100);
		this.report.add(Scenario.STREAM, Contestants.REDISSON, 1, new Outcome(List.of(), Path.of("log")));

		assertThat(written()).contains("| Redisson (1 failed) |  |  |");
	}

	@Test
	void saysWhatWasLeftOut() throws IOException {
		add(Contestants.RAW, 1, 100);
		this.report.leftOut(Scenario.STREAM, Contestants.RABBITMQ, "it is not there");

		assertThat(written()).contains("Not measured: RabbitMQ, Spring AMQP tuned, since it is not there.");
	}

	private void add(Contestants contestant, int turn, double perSecond) {
		add(contestant, "", turn, perSecond);
	}

	private void add(Contestants contestant, String variant, int turn, double perSecond) {
		this.report.add(Scenario.STREAM, contestant, turn,
				new Outcome(List.of(new Row(variant, Map.of(Throughput.PER_SECOND, perSecond))), null));
	}

	private String written() throws IOException {
		Path file = this.directory.resolve("report.md");
		this.report.write(file);
		return Files.readString(file);
	}

}
