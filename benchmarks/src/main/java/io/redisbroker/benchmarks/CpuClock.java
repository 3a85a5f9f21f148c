package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.OperatingSystemMXBean;

/**
 * The CPU time that the process of a contestant and its server have used since the start
 * of the clock.
 */
final class CpuClock {

	private static final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private final Contestant contestant;

	private final Server server;

	private final Duration serverStart;

	private final Duration clientStart;

	private CpuClock(Contestant contestant, Server server) {
		this.contestant = contestant;
		this.server = server;
		this.serverStart = contestant.serverCpu(server);
		this.clientStart = contestant.clientCpu();
	}

	static CpuClock start(Contestant contestant, Server server) {
		return new CpuClock(contestant, server);
	}

	static Duration ofThisProcess() {
		return Duration.ofNanos(system.getProcessCpuTime());
	}

	static Duration of(Process process) {
		return process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	Duration client() {
		return this.contestant.clientCpu().minus(this.clientStart);
	}

	Duration server() {
		return this.contestant.serverCpu(this.server).minus(this.serverStart);
	}

}
