package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.RetryAfterException;
import io.redisbroker.support.ConsumerOptions;
import io.redisbroker.support.ConsumerProcess;
import io.redisbroker.support.ConsumerProcesses;
import io.redisbroker.support.MachineLag;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Retries are delivered on time.
 */
@WithRedis(persistent = true, options = "appendfsync always")
class RetryTimingIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(RetryTimingIntegrationTests.class);

	private static final String SOURCE = "orders";

	private static final long ALLOWED = 250;

	@AutoClose
	private final MachineLag lag = new MachineLag();

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	/** The due time of each message, and the time of its delivery. */
	private final Map<String, Long> due = new ConcurrentHashMap<>();

	private final Map<String, Long> came = new ConcurrentHashMap<>();

	@ParameterizedTest
	@EnumSource
	void retriesOnTime(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (delivery.failureCount() > 0) {
				this.came.put(delivery.text(), System.currentTimeMillis());
				return;
			}
			Duration pause = Duration.ofMillis(1000 + 7L * Integer.parseInt(delivery.text()));
			this.due.put(delivery.text(), System.currentTimeMillis() + pause.toMillis());
			throw new RetryAfterException("later", pause);
		});
		try (TestBroker broker = new TestBroker(redis)) {
			broker
				.listen(transport.endpoint(SOURCE, TestSettings.defaults().concurrency(4).build(), recorder.handler()));
			transport.send(broker.broker(), SOURCE, IntStream.range(0, 400).mapToObj(Integer::toString).toList());
			Patience.await().until(() -> this.came.size() == 400);
		}
		assertThat(percentile99(lateness())).as("p99 of lateness in ms").isLessThanOrEqualTo(allowed());
	}

	/**
	 * Other instances deliver a retry when it is due, not when the reclaim delay ends.
	 */
	@ParameterizedTest
	@EnumSource
	void retriesOnTimeWhenTheConsumerThatFailedDied(TestedTransport transport, RedisServer redis) {
		ListenerSettings settings = TestSettings.defaults()
			.backoff(Backoff.of(Duration.ofSeconds(4)))
			.batchSize(20)
			.build();
		ConsumerProcess failing = this.processes
			.start(new ConsumerOptions(transport, redis.port(), SOURCE, "failing", settings, false));
		try (TestBroker broker = new TestBroker(redis)) {
			transport.send(broker.broker(), SOURCE, messages("fail ", 20));
			Patience.await().until(() -> dueTimes(redis, transport).size() == 20);
			failing.kill();
			this.due.putAll(dueTimes(redis, transport));
			broker.listen(transport.endpoint(SOURCE, settings, recording().handler()));
			Patience.await().until(() -> this.came.size() == 20);
		}
		assertThat(percentile99(lateness())).as("p99 of lateness in ms").isLessThanOrEqualTo(allowed());
	}

	@ParameterizedTest
	@EnumSource
	void retriesOnTimeAfterARestartOfRedisAndOfTheConsumer(TestedTransport transport, RedisServer redis) {
		ListenerSettings settings = TestSettings.defaults()
			.backoff(Backoff.of(Duration.ofSeconds(8)))
			.batchSize(20)
			.build();
		try (TestBroker broker = new TestBroker(redis)) {
			ListenerContainer container = broker.listen(transport.endpoint(SOURCE, settings, recording().handler()));
			container.stop(Duration.ofSeconds(1)).join();
			try (TestBroker failing = new TestBroker(redis, "failing")) {
				failing.listen(transport.endpoint(SOURCE, settings, new Recorder((delivery, acknowledgment) -> {
					throw new IllegalStateException("as told");
				}).handler()));
				transport.send(failing.broker(), SOURCE, messages("fail ", 20));
				Patience.await().until(() -> dueTimes(redis, transport).size() == 20);
			}
			this.due.putAll(dueTimes(redis, transport));
			container.start().join();
			redis.kill();
			Patience.await().until(() -> !container.isConnected());
			redis.restart();
			Patience.await().until(container::isConnected);
			assertThat(this.came).as("came before Redis was there again").isEmpty();
			Patience.await().until(() -> this.came.size() == 20);
		}
		assertThat(percentile99(lateness())).as("p99 of lateness in ms").isLessThanOrEqualTo(allowed());
	}

	/** Meanwhile, searches for messages of dead consumers find it again and again. */
	@ParameterizedTest
	@EnumSource
	void waitsLongerThanTheReclaimDelayAndCountsNoDeliveryMeanwhile(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (delivery.failureCount() == 0) {
				this.due.put(delivery.text(), System.currentTimeMillis() + 4000);
				throw new RetryAfterException("later", Duration.ofSeconds(4));
			}
			this.came.put(delivery.text(), System.currentTimeMillis());
		});
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)).build();
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			one.listen(transport.endpoint(SOURCE, settings, recorder.handler()));
			other.listen(transport.endpoint(SOURCE, settings, recorder.handler()));
			transport.send(one.broker(), SOURCE, messages("m ", 30));
			Patience.await().until(() -> this.came.size() == 30);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
		assertThat(recorder.deliveries()).hasSize(60)
			.allSatisfy((delivery) -> assertThat(delivery.deliveryCount()).isEqualTo(1 + delivery.failureCount()));
		assertThat(lateness()).allSatisfy((late) -> assertThat(late).isNotNegative());
	}

	private long allowed() {
		return ALLOWED + this.lag.ofTwoProcesses().toMillis();
	}

	private Recorder recording() {
		return new Recorder((delivery, acknowledgment) -> this.came.put(delivery.text(), System.currentTimeMillis()));
	}

	private static List<String> messages(String prefix, int count) {
		return IntStream.range(0, count).mapToObj((i) -> prefix + i).toList();
	}

	/** The due time of each message in Redis. */
	private static Map<String, Long> dueTimes(RedisServer redis, TestedTransport transport) {
		Map<String, Claim> inFlight = transport.inFlight(redis.commands(), SOURCE);
		String key = (transport == TestedTransport.STREAM) ? "{orders}:retries:workers" : "{orders}:delayed";
		Map<String, Long> due = new ConcurrentHashMap<>();
		redis.commands().zrangeWithScores(key, 0, -1).forEach((waiting) -> {
			Claim claim = inFlight.get(waiting.getValue().split(":")[0]);
			due.put(claim.message(), (long) waiting.getScore());
		});
		return due;
	}

	private List<Long> lateness() {
		List<Long> lateness = new ArrayList<>();
		this.due.forEach((message, at) -> lateness.add(this.came.get(message) - at));
		Collections.sort(lateness);
		logger.info("Lateness in ms: median {}, p90 {}, p99 {}, most {}", lateness.get(lateness.size() / 2),
				lateness.get(lateness.size() * 9 / 10), percentile99(lateness), lateness.get(lateness.size() - 1));
		return lateness;
	}

	private static long percentile99(List<Long> sorted) {
		return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
	}

}
