package io.redisbroker.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells the user which commands to try, in the log at start and at {@code /}.
 */
@RestController
class Guide {

	private static final Logger logger = LoggerFactory.getLogger(Guide.class);

	private final Environment environment;

	private final LettuceConnectionFactory redis;

	Guide(Environment environment, LettuceConnectionFactory redis) {
		this.environment = environment;
		this.redis = redis;
	}

	@EventListener(ApplicationReadyEvent.class)
	void log() {
		logger.info("Ready. Try these commands:\n\n{}", text());
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_PLAIN_VALUE)
	String text() {
		return """
				Place an order that is paid, confirmed and packed:
				  curl -i -H 'Content-Type: application/json' -d '{"customer":"Ada","amount":12.5}' %1$s/orders

				Place an order that payment refuses; after three deliveries, in about three seconds, it is a dead letter:
				  curl -i -H 'Content-Type: application/json' -d '{"customer":"Bob","amount":2000}' %1$s/orders

				See the state of an order (the answer above has its id):
				  curl %1$s/orders/<id>

				Watch every step of every order live (through a channel, to which all instances listen):
				  curl -N %1$s/orders/live

				See whether the listeners can read, and how many messages they have handled:
				  curl %1$s/actuator/health
				  curl %1$s/actuator/metrics/redis.broker.messages

				Push a message into the queue with another client, here the id of an order to pack:
				  redis-cli -h %2$s -p %3$d lpush parcels <id>

				See the stream, its groups and the dead letters in Redis:
				  redis-cli -h %2$s -p %3$d xrange orders - +
				  redis-cli -h %2$s -p %3$d xinfo groups orders
				  redis-cli -h %2$s -p %3$d xrange {orders}:dlq - +
				"""
			.formatted(url(), this.redis.getHostName(), this.redis.getPort());
	}

	private String url() {
		return "http://localhost:" + this.environment.getProperty("local.server.port");
	}

}
