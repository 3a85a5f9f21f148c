package io.redisbroker.engine.preflight;

import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.engine.preflight.Finding.Level;
import org.jspecify.annotations.Nullable;

/**
 * The findings about the Redis in use. Immutable.
 *
 * @param servers which servers were asked, for example {@code Redis 7.0.15}, each kind
 * once
 * @param findings the findings, each once
 */
public record PreflightReport(List<String> servers, List<Finding> findings) {

	/**
	 * Removes duplicates.
	 */
	public PreflightReport {
		servers = servers.stream().distinct().toList();
		findings = findings.stream().distinct().toList();
	}

	/**
	 * Adds the report on another Redis.
	 * @param other the other report, or {@code null} for none
	 * @return both reports in one
	 */
	public PreflightReport and(@Nullable PreflightReport other) {
		return (other == null) ? this
				: new PreflightReport(Stream.concat(this.servers.stream(), other.servers.stream()).toList(),
						Stream.concat(this.findings.stream(), other.findings.stream()).toList());
	}

	/**
	 * Returns the findings of a level.
	 * @param level the level
	 * @return the findings
	 */
	public List<Finding> findings(Level level) {
		return this.findings.stream().filter((finding) -> finding.level() == level).toList();
	}

}
