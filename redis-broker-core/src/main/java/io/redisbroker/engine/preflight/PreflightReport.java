package io.redisbroker.engine.preflight;

import java.util.List;

import io.redisbroker.engine.preflight.Finding.Level;

/**
 * What was found out about the Redis in use. Immutable.
 *
 * @param servers which servers were asked, for example {@code Redis 7.0.15}, each kind
 * once
 * @param findings what was found, each once
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
	 * Returns the findings of a level.
	 * @param level the level
	 * @return the findings
	 */
	public List<Finding> findings(Level level) {
		return this.findings.stream().filter((finding) -> finding.level() == level).toList();
	}

}
