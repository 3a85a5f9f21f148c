package io.redisbroker.benchmarks;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Options}.
 */
class OptionsTests {

	@AfterEach
	void forgetDirectory() {
		System.clearProperty("benchmarks.directory");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--rounds=3", "turns=3", "--turns", "-turns=3", "" })
	void refusesWhatIsNoOption(String arg) {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(arg))
			.withMessageStartingWith("'%s' is none of the options --scenarios=..., --contestants=...", arg);
	}

	@ParameterizedTest
	@ValueSource(strings = { "turns", "seconds", "payload", "payloads", "backlogs", "instances", "streams", "starts",
			"flood", "listeners", "idle-seconds" })
	void refusesNumbersBelowOne(String option) {
		assertThat(Options.parse("--" + option + "=1").numbers(option)).containsExactly(1);
		refuses(option, "0", "no whole number from 1 to 2147483647");
	}

	@ParameterizedTest
	@ValueSource(strings = { "warm-ups", "messages" })
	void refusesNumbersBelowZero(String option) {
		assertThat(Options.parse("--" + option + "=0").number(option)).isZero();
		refuses(option, "-1", "no whole number from 0 to 2147483647");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "1.5", "2147483648" })
	void refusesWhatIsNoWholeNumber(String value) {
		refuses("turns", value, "no whole number from 1");
	}

	@Test
	void refusesOneNumberOfSeveral() {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--payloads=100,2k"))
			.withMessageStartingWith("--payloads: '2k' is no whole number");
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--payloads="))
			.withMessage("--payloads needs a number");
	}

	@Test
	void readsSeveralNumbers() {
		assertThat(Options.parse("--listeners=200, 20").numbers("listeners")).containsExactly(200, 20);
	}

	@ParameterizedTest
	@CsvSource({ "scenarios,'none of stream, queue, queue-at-most-once,'", "contestants,'none of raw, raw-blocking,'" })
	void refusesUnknownNames(String option, String why) {
		refuses(option, "strem", why);
	}

	@ParameterizedTest
	@CsvSource({ "heap,1 GB,no size", "fsync,sometimes,'none of off, everysec, always'", "redis,/nowhere,no program",
			"redis,/,no program", "out,/,no file" })
	void refusesOtherValues(String option, String value, String why) {
		refuses(option, value, why);
	}

	@Test
	void refusesScenariosWithoutContestant() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Options.parse("--scenarios=flood", "--contestants=rabbitmq", "--out=/tmp/some.md"))
			.withMessage("None of --contestants takes part in any of --scenarios");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--scenarios=stream,queue", "--contestants=raw,ours" })
	void doesNotReplaceTheFullReportWithLess(String some) {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(some))
			.withMessageEndingWith("does not replace docs/benchmarks.md: give --out=<file>");
		assertThat(Options.parse(some, "--out=/tmp/some.md").out()).isEqualTo(Path.of("/tmp/some.md"));
	}

	@Test
	void writesTheFullReport() {
		Path report = Path.of("docs/benchmarks.md").toAbsolutePath();
		List<String> scenarios = List.of(Scenario.values()).stream().map(Scenario::id).toList();

		assertThat(Options.parse().out()).isEqualTo(report);
		assertThat(Options.parse("--scenarios=" + String.join(",", scenarios)).out()).isEqualTo(report);
	}

	@ParameterizedTest
	@ValueSource(strings = { "out", "jfr" })
	void relativePathsStartWhereTheUserIs(String option, @TempDir Path directory) {
		System.setProperty("benchmarks.directory", directory.toString());

		assertThat(Options.parse("--" + option + "=some/where").text(option))
			.isEqualTo(directory.resolve("some/where").toString());
	}

	@Test
	void readsItsOwnArguments() {
		Options some = Options.parse("--scenarios=stream, queue", "--contestants=raw", "--out=some.md", "--jfr=jfr",
				"--turns=1", "--note=a=b");

		assertThat(Options.parse(some.args().toArray(String[]::new))).isEqualTo(some);
		assertThat(Options.parse(Options.parse().args().toArray(String[]::new))).isEqualTo(Options.parse());
	}

	private static void refuses(String option, String value, String why) {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--" + option + "=" + value))
			.withMessageStartingWith("--%s: '%s' is %s", option, value, why);
	}

}
