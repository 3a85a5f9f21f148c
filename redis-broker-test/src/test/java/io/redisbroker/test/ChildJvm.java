package io.redisbroker.test;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another JVM with the class path of the tests, for what cannot be tried in this one.
 */
final class ChildJvm implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private ChildJvm(Process process) {
		this.process = process;
		this.output = process.inputReader();
	}

	static ChildJvm start(Class<?> main, Predicate<String> classpathFilter, Map<String, String> environment,
			String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(ProcessHandle.current().info().command().orElse("java"));
		command.addAll(List.of("-cp", classpath(classpathFilter), main.getName()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
		builder.environment().putAll(environment);
		return new ChildJvm(builder.start());
	}

	private static String classpath(Predicate<String> filter) {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter(filter)
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Read on until a line starts with the text.
	 * @return the rest of the line, {@code null} at the end of the output
	 */
	String read(String start) throws IOException {
		String line = this.output.readLine();
		while (line != null && !line.startsWith(start)) {
			line = this.output.readLine();
		}
		return (line != null) ? line.substring(start.length()) : null;
	}

	void sayGoOn() throws IOException {
		this.process.getOutputStream().close();
	}

	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		kill();
	}

}
