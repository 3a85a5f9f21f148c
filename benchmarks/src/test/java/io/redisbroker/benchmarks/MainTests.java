package io.redisbroker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.redisbroker.benchmarks.Main.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Main}.
 */
@ExtendWith(OutputCaptureExtension.class)
class MainTests {

	@TempDir
	private Path directory;

	@Test
	void printsTheOptions(CapturedOutput output) throws Exception {
		assertThat(Main.run("--help", "--turns=0")).isZero();
		assertThat(output.getOut()).contains("--scenarios=... scenarios to measure, of stream, queue,")
			.contains("--turns=... number of times that everything is measured (default: 3)");
	}

	@Test
	void refusesOnOneLine(CapturedOutput output) throws Exception {
		assertThat(run("--out=" + this.directory.resolve("report.md"), "--turns=0")).isEqualTo(2);
		assertThat(output.getErr().lines()).containsExactly("--turns: '0' is no whole number from 1 to 2147483647");
	}

	@Test
	void refusesDirectoriesThatCannotBeCreated(CapturedOutput output) throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));

		assertThat(run("--out=" + file.resolve("report.md"))).isEqualTo(2);
		assertThat(run("--out=" + this.directory.resolve("report.md"), "--jfr=" + file)).isEqualTo(2);
		assertThat(output.getErr().lines()).hasSize(2)
			.allMatch((line) -> line.contains(": '" + file + "' cannot be created: "));
	}

	@Test
	void saysWhichJvmTookTooLong() throws IOException {
		Report report = new Report(Options.parse());
		Path log = Files.writeString(this.directory.resolve("log"), "warming up\n");
		Outcome outcome = Outcome.read(log, true);

		Main.add(Scenario.STREAM, Contestants.REDISSON, 2, outcome, report);

		assertThat(outcome.problem()).isEqualTo("was ended after 15 minutes, see " + log);
		Path file = this.directory.resolve("report.md");
		report.write(file);
		assertThat(file).content()
			.contains("| Redisson (1 failed) |")
			.contains("Not measured: Redisson, since the JVM of turn 2 was ended after 15 minutes.");
	}

	@Test
	void aJvmThatFoundSomethingHasNotFailed() throws IOException {
		Path log = Files.writeString(this.directory.resolve("log"), Runner.RESULT + "[]\n");

		assertThat(Outcome.read(log, true)).isEqualTo(new Outcome(List.of(), null));
	}

	/** Fails at once if the option is not refused. */
	private static int run(String... args) throws Exception {
		List<String> all = new ArrayList<>(List.of("--scenarios=send-one", "--contestants=raw", "--heap=1k"));
		all.addAll(List.of(args));
		return Main.run(all.toArray(String[]::new));
	}

}
