package io.redisbroker.benchmarks;

import java.util.concurrent.locks.LockSupport;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The application whose start is measured. Without redis-broker on its class path its
 * annotations have no effect, and the rest of the application is the same.
 */
public final class StartupApplication {

	/** The line that it prints when it is ready. */
	static final String READY = "READY";

	/** The second argument of the application that also uses Redis itself. */
	static final String PING = "ping";

	private StartupApplication() {
	}

	/**
	 * Starts the application, prints {@link #READY}, and runs until it is ended.
	 * @param args the port of Redis, and whether to send a PING
	 */
	public static void main(String... args) {
		ApplicationListener<ApplicationReadyEvent> ready = (event) -> System.out.println(READY);
		new SpringApplicationBuilder(Setup.class).web(WebApplicationType.NONE)
			.listeners(ready)
			.properties("spring.data.redis.port=" + args[0], "startup=" + args[1])
			.run();
		LockSupport.park();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Setup {

		@Bean
		Listeners listeners() {
			return new Listeners();
		}

		@Bean
		@ConditionalOnProperty(name = "startup", havingValue = PING)
		ApplicationRunner ping(RedisConnectionFactory connections) {
			return (args) -> connections.getConnection().ping();
		}

	}

	static class Listeners {

		@QueueListener("startup-queue")
		void queue(Order order) {
		}

		@StreamListener(value = "startup-stream", group = "startup")
		void stream(Order order) {
		}

		@ChannelListener("startup-channel")
		void channel(Order order) {
		}

	}

}
