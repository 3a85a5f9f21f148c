package io.redisbroker.benchmarks.rqueue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.sonus21.rqueue.annotation.RqueueListener;
import com.github.sonus21.rqueue.config.SimpleRqueueListenerContainerFactory;
import com.github.sonus21.rqueue.core.RqueueMessageEnqueuer;
import com.github.sonus21.rqueue.listener.RqueueMessageListenerContainer;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application with one listener. It reads commands from its standard input, one on each
 * line, and answers on its standard output:
 * <ul>
 * <li>{@code fill}, a number and an order: sends this number of orders, with ids from 0, and
 * prints {@code filled}</li>
 * <li>{@code listen}: listens, and prints the id of each order that was handled</li>
 * <li>{@code stop}: stops listening, and prints {@code stopped}</li>
 * <li>{@code compiled}: prints {@code compiled} and the number of milliseconds for which the
 * JVM's compilers have worked</li>
 * </ul>
 * It ends when its input ends.
 * <p>
 * Tuned: it polls every millisecond instead of every 100; ten workers take ten messages at a
 * time, because messages that are fetched without a free worker are rejected; it keeps no
 * record of jobs for its dashboard.
 */
public final class RqueueApplication {

	private static final String QUEUE = "messages";

	private final PrintStream answers;

	private final ConfigurableApplicationContext application;

	private RqueueApplication(PrintStream answers, String port) {
		this.answers = answers;
		this.application = new SpringApplicationBuilder(Setup.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("answers", answers))
			.properties("spring.main.banner-mode=off", "spring.data.redis.host=127.0.0.1",
					"spring.data.redis.port=" + port, "rqueue.job.enabled=false")
			.run();
	}

	/**
	 * Runs the application.
	 * @param args the port of Redis
	 * @throws IOException when the input can't be read
	 */
	public static void main(String... args) throws IOException {
		PrintStream answers = System.out;
		// the log must not mix with the answers
		System.setOut(System.err);
		new RqueueApplication(answers, args[0]).obey();
		// without the shutdown of Rqueue, which takes long
		Runtime.getRuntime().halt(0);
	}

	private void obey() throws IOException {
		this.answers.println("ready");
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = commands.readLine(); line != null; line = commands.readLine()) {
			String[] command = line.split(" ", 3);
			switch (command[0]) {
				case "fill" -> fill(Long.parseLong(command[1]), command[2]);
				case "listen" -> container().start();
				case "stop" -> stop();
				case "compiled" -> this.answers
					.println("compiled " + ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
				default -> throw new IllegalArgumentException(line);
			}
		}
	}

	private RqueueMessageListenerContainer container() {
		return this.application.getBean(RqueueMessageListenerContainer.class);
	}

	private void fill(long messages, String json) throws IOException {
		Order order = JsonMapper.builder().build().readValue(json, Order.class);
		RqueueMessageEnqueuer enqueuer = this.application.getBean(RqueueMessageEnqueuer.class);
		LongStream.range(0, messages).parallel().forEach((id) -> enqueuer.enqueue(QUEUE, order.withId(id)));
		this.answers.println("filled");
	}

	private void stop() {
		container().stop();
		this.answers.println("stopped");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Setup {

		@Bean
		SimpleRqueueListenerContainerFactory simpleRqueueListenerContainerFactory() {
			SimpleRqueueListenerContainerFactory factory = new SimpleRqueueListenerContainerFactory();
			factory.setAutoStartup(false);
			factory.setPollingInterval(1);
			return factory;
		}

		@Bean
		Listener listener(PrintStream answers) {
			return new Listener(answers);
		}

	}

	/** The listener as an application has it. */
	static class Listener {

		private final PrintStream answers;

		Listener(PrintStream answers) {
			this.answers = answers;
		}

		@RqueueListener(value = QUEUE, concurrency = "10", batchSize = "10")
		void handle(Order order) {
			this.answers.println(order.id());
		}

	}

}
