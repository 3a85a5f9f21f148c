package io.redisbroker.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.test.RedisServer;

/**
 * The machine and the versions of the software that were measured.
 */
final class Machine {

	private Machine() {
	}

	static String describe(RedisServer redis, Options options) {
		Map<String, String> facts = new LinkedHashMap<>();
		facts.put("date", LocalDate.now().toString());
		facts.put("redis-broker", commit());
		facts.put("machine", "%s, %d cores, %s".formatted(processor(), Runtime.getRuntime().availableProcessors(),
				System.getProperty("os.name") + " " + System.getProperty("os.version")));
		Map<String, String> server = redis.info("server");
		facts.put("Redis",
				"%s, %s, %s, on the same machine".formatted(server.get("redis_version"),
						redis.info("memory").get("mem_allocator"), options.text("fsync").equals("off")
								? "no append-only file" : "append-only file, appendfsync " + options.text("fsync")));
		facts.put("Java", "%s, -Xmx%s, G1".formatted(System.getProperty("java.vm.version"), options.text("heap")));
		facts.put("versions",
				String.join(", ", version("Spring Boot", "spring-boot"), version("Lettuce", "lettuce-core"),
						version("Spring Data Redis", "spring-data-redis"),
						version("Spring Integration", "spring-integration-redis"), version("Redisson", "redisson"),
						version("Spring AMQP", "spring-rabbit"), RabbitServer.version(), Rqueue.version()));
		facts.put("turns",
				"%s, each after at least %s warm-up rounds; rounds of about %s s; payload %s bytes of JSON".formatted(
						options.text("turns"), options.text("warm-ups"), options.text("seconds"),
						options.text("payload")));
		StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
		facts.forEach((name, fact) -> table.append("| %s | %s |%n".formatted(name, fact)));
		if (redis.info("memory").getOrDefault("mem_allocator", "").equals("libc")) {
			table.append(
					"\n**This Redis was built without jemalloc, as the embedded one is: it is two to three times slower "
							+ "than that of a distribution.**\n");
		}
		return table.toString();
	}

	/** The commit that was measured. */
	private static String commit() {
		try {
			Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			String described = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
			return described.isEmpty() ? "unknown commit" : "commit " + described;
		}
		catch (IOException ex) {
			return "unknown commit";
		}
	}

	private static String processor() {
		try {
			return Files.readAllLines(Path.of("/proc/cpuinfo"))
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 2))
				.findFirst()
				.orElseGet(() -> System.getProperty("os.arch"));
		}
		catch (IOException ex) {
			return System.getProperty("os.arch");
		}
	}

	private static String version(String title, String artifact) {
		return version(title, artifact, System.getProperty("java.class.path"));
	}

	/** Reads the version from the names of the jars. */
	static String version(String title, String artifact, String classPath) {
		for (String entry : classPath.split(File.pathSeparator)) {
			String jar = Path.of(entry).getFileName().toString();
			if (jar.matches(artifact + "-\\d.*\\.jar")) {
				return title + " " + jar.substring(artifact.length() + 1, jar.length() - ".jar".length());
			}
		}
		return title;
	}

}
