package io.redisbroker.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.OperatingSystemMXBean;

/**
 * CPU time that this process and Redis have used since the clock was started.
 */
final class CpuClock {

	private static final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private final Server server;

	private final Duration serverStart;

	private final long clientStart;

	private CpuClock(Server server) {
		this.server = server;
		this.serverStart = server.cpuTime();
		this.clientStart = system.getProcessCpuTime();
	}

	static CpuClock start(Server server) {
		return new CpuClock(server);
	}

	Duration client() {
		return Duration.ofNanos(system.getProcessCpuTime() - this.clientStart);
	}

	Duration server() {
		return this.server.cpuTime().minus(this.serverStart);
	}

}
