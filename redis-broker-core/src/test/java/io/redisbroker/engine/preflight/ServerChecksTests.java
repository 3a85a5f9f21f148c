package io.redisbroker.engine.preflight;

import java.util.List;
import java.util.Optional;

import io.redisbroker.engine.preflight.Finding.Level;
import io.redisbroker.engine.preflight.Finding.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerChecks}.
 */
class ServerChecksTests {

	@Test
	void findsNothingWhereMessagesAreSafe() {
		assertThat(checks("").findings(Stage.UNKNOWN)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					allkeys-lru    | 104857600 | WARNING | maxmemory-policy is allkeys-lru: Redis deletes messages when it has used
					allkeys-lru    | 0         | NOTE    | Redis would delete messages if maxmemory were set
					allkeys-random | 1         | WARNING | maxmemory-policy is allkeys-random: Redis deletes messages
					volatile-ttl   | 104857600 | NOTE    | maxmemory-policy is volatile-ttl: Redis deletes keys that expire
					""")
	void saysWhichKeysAreEvicted(String policy, String limit, Level level, String problem) {
		assertThat(checks("maxmemory_policy:" + policy + "\nmaxmemory:" + limit).findings(Stage.UNKNOWN))
			.singleElement()
			.satisfies((finding) -> {
				assertThat(finding.subject()).isEqualTo(Subject.EVICTION);
				assertThat(finding.level()).isEqualTo(level);
				assertThat(finding.problem()).contains(problem);
			});
	}

	@Test
	void saysNothingAboutALimitWhereNothingIsEvicted() {
		assertThat(checks("maxmemory_policy:noeviction\nmaxmemory:104857600").findings(Stage.UNKNOWN)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-", textBlock = """
			''         | WARNING | Redis keeps messages in memory only
			3600 1     | NOTE    | Redis makes snapshots (save 3600 1) but no append-only file
			-          | NOTE    | whether it makes snapshots can't be told
			""")
	void saysWhetherThereIsADisk(String snapshots, Level level, String problem) {
		assertThat(new ServerChecks(SAFE + "aof_enabled:0", Optional.ofNullable(snapshots)).findings(Stage.UNKNOWN))
			.singleElement()
			.satisfies((finding) -> {
				assertThat(finding.subject()).isEqualTo(Subject.PERSISTENCE);
				assertThat(finding.level()).isEqualTo(level);
				assertThat(finding.problem()).contains(problem);
			});
	}

	@ParameterizedTest
	@CsvSource({ "DEVELOPMENT, NOTE", "UNKNOWN, NOTE", "PRODUCTION, WARNING" })
	void saysThatThereIsNoReplicaWhichMattersInProduction(Stage stage, Level level) {
		assertThat(checks("connected_slaves:0").findings(stage)).singleElement()
			.satisfies((finding) -> assertThat(finding.subject()).isEqualTo(Subject.REPLICAS))
			.hasFieldOrPropertyWithValue("level", level);
	}

	@ParameterizedTest
	@CsvSource({ "DEVELOPMENT, NOTE", "UNKNOWN, WARNING", "PRODUCTION, WARNING" })
	void saysThatThereIsNoDiskWhichDoesNotMatterInDevelopment(Stage stage, Level level) {
		assertThat(checks("aof_enabled:0").findings(stage)).singleElement()
			.satisfies((finding) -> assertThat(finding.subject()).isEqualTo(Subject.PERSISTENCE))
			.hasFieldOrPropertyWithValue("level", level);
	}

	@ParameterizedTest
	@CsvSource({ "6.0.16, true", "5.0.1, true", "6.2.21, true", "7.0.0, false", "8.6.3, false", "10.0.1, false" })
	void saysThatRedisIsTooOld(String version, boolean tooOld) {
		assertThat(checks("redis_version:" + version).findings(Stage.UNKNOWN)).hasSize(tooOld ? 1 : 0);
	}

	@Test
	void namesTheServer() {
		assertThat(checks("").server()).isEqualTo("Redis 7.0.15");
		assertThat(checks("valkey_version:8.1.3").server()).isEqualTo("Valkey 8.1.3");
	}

	@Test
	void makesANoteOfWhatInfoDoesNotTell() {
		List<Finding> findings = new ServerChecks("redis_version:7.0.15\nrole:master", Optional.empty())
			.findings(Stage.UNKNOWN);
		assertThat(findings).extracting(Finding::subject).containsExactly(Subject.EVICTION, Subject.PERSISTENCE);
		assertThat(findings).extracting(Finding::level).containsOnly(Level.NOTE);
	}

	@Test
	void makesOneNoteWhereInfoMayNotBeAsked() {
		assertThat(new ServerChecks("", Optional.empty()).findings(Stage.UNKNOWN)).singleElement()
			.satisfies((finding) -> assertThat(finding.action()).contains("+info"))
			.hasFieldOrPropertyWithValue("level", Level.NOTE);
	}

	private static final String SAFE = """
			# Server
			redis_version:7.0.15
			maxmemory:0
			maxmemory_policy:noeviction
			aof_enabled:1
			role:master
			connected_slaves:1
			""";

	private static ServerChecks checks(String changed) {
		return new ServerChecks(SAFE + changed, Optional.of(""));
	}

}
