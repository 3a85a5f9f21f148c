package io.redisbroker.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Main} with a Redis of its own.
 */
class MainIntegrationTests {

	@Test
	void tellsThatAJvmFailed(@TempDir Path directory) throws Exception {
		Path report = directory.resolve("missing/report.md");

		// too small for any JVM to start
		int status = Main.run("--heap=1k", "--scenarios=send-one", "--contestants=raw", "--turns=1", "--out=" + report);

		assertThat(status).isEqualTo(1);
		assertThat(report).content().contains("(1 failed)");
	}

}
