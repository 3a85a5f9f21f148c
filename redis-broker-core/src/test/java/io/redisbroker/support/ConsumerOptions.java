package io.redisbroker.support;

import java.time.Duration;

import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.RetrySettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The options of a consumer in a JVM of its own, given on the command line.
 *
 * @param transport the transport of its listener
 * @param port the port of Redis
 * @param source the source of its listener
 * @param instance its name, unique in a test
 * @param settings the settings of its listener
 * @param batch whether its listener takes lists
 */
public record ConsumerOptions(TestedTransport transport, int port, String source, String instance,
		ListenerSettings settings, boolean batch) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	String format() {
		return MAPPER.writeValueAsString(Json.of(this));
	}

	static ConsumerOptions parse(String text) {
		return MAPPER.readValue(text, Json.class).toOptions();
	}

	/** The options as JSON, because settings are not a record. */
	private record Json(TestedTransport transport, int port, String source, String instance, AckMode ackMode,
			int concurrency, int batchSize, Duration reclaimDelay, @Nullable Duration maxProcessingTime,
			int maxDeliveries, RetrySettings retry, @Nullable String deadLetters, DeadLetterRetention retention,
			boolean autoStartup, boolean batch) {

		static Json of(ConsumerOptions options) {
			ListenerSettings settings = options.settings();
			return new Json(options.transport(), options.port(), options.source(), options.instance(),
					settings.ackMode(), settings.concurrency(), settings.batchSize(), settings.reclaimDelay(),
					settings.maxProcessingTime(), settings.maxDeliveries(), settings.retry(), settings.deadLetters(),
					settings.retention(), settings.autoStartup(), options.batch());
		}

		ConsumerOptions toOptions() {
			return new ConsumerOptions(this.transport, this.port, this.source, this.instance,
					new ListenerSettings(this.ackMode, this.concurrency, this.batchSize, this.reclaimDelay,
							this.maxProcessingTime, this.maxDeliveries, this.retry, this.deadLetters, this.retention,
							this.autoStartup),
					this.batch);
		}

	}

}
