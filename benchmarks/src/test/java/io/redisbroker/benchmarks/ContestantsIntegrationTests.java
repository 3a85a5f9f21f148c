package io.redisbroker.benchmarks;

import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.benchmarks.Measurement.Column;
import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * Every contestant still does the measured work correctly. These tests do not measure
 * speed.
 */
@WithRedis
class ContestantsIntegrationTests {

	private static final Options FEW = Options.parse("--warm-ups=1", "--messages=100", "--backlogs=2000",
			"--flood=2000", "--payloads=100,5000", "--instances=2", "--streams=3", "--starts=1", "--listeners=2",
			"--idle-seconds=1");

	/**
	 * A contestant that can't run on this machine is skipped; the test report has the
	 * reason.
	 */
	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("everything")
	void handlesEveryMessage(Scenario scenario, Contestants contestant, RedisServer redis) throws Exception {
		contestant.missing().ifPresent((reason) -> abort(contestant + ": " + reason));

		List<Row> rows = Runner.measure(scenario, contestant, redis.port(), FEW);

		assertThat(rows).isNotEmpty()
			.allSatisfy((row) -> assertThat(row.figures())
				.containsOnlyKeys(scenario.measurement().columns().stream().map(Column::title).toList()));
		assertThat(redis.commands().keys("*")).as("remaining keys, without those that Rqueue writes when it ends")
			.allMatch((key) -> key.startsWith("__rq::"));
	}

	static Stream<Arguments> everything() {
		return Stream.of(Scenario.values())
			.flatMap((scenario) -> Stream.of(Contestants.values())
				.filter((contestant) -> contestant.takesPartIn(scenario))
				.map((contestant) -> Arguments.of(scenario, contestant)));
	}

}
