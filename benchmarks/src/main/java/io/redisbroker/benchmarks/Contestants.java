package io.redisbroker.benchmarks;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.RedisURI;

import static io.redisbroker.benchmarks.Scenario.BACKLOG_QUEUE;
import static io.redisbroker.benchmarks.Scenario.BACKLOG_STREAM;
import static io.redisbroker.benchmarks.Scenario.CHANNEL;
import static io.redisbroker.benchmarks.Scenario.FLOOD;
import static io.redisbroker.benchmarks.Scenario.IDLE_CHANNEL;
import static io.redisbroker.benchmarks.Scenario.IDLE_QUEUE;
import static io.redisbroker.benchmarks.Scenario.IDLE_STREAM;
import static io.redisbroker.benchmarks.Scenario.INSTANCES_QUEUE;
import static io.redisbroker.benchmarks.Scenario.INSTANCES_STREAM;
import static io.redisbroker.benchmarks.Scenario.LATENCY_CHANNEL;
import static io.redisbroker.benchmarks.Scenario.LATENCY_QUEUE;
import static io.redisbroker.benchmarks.Scenario.LATENCY_STREAM;
import static io.redisbroker.benchmarks.Scenario.PAYLOAD_QUEUE;
import static io.redisbroker.benchmarks.Scenario.PAYLOAD_STREAM;
import static io.redisbroker.benchmarks.Scenario.QUEUE;
import static io.redisbroker.benchmarks.Scenario.QUEUE_AT_MOST_ONCE;
import static io.redisbroker.benchmarks.Scenario.SEND_ASYNC;
import static io.redisbroker.benchmarks.Scenario.SEND_BULK_LIST;
import static io.redisbroker.benchmarks.Scenario.SEND_BULK_STREAM;
import static io.redisbroker.benchmarks.Scenario.SEND_ONE;
import static io.redisbroker.benchmarks.Scenario.STREAM;
import static io.redisbroker.benchmarks.Scenario.STREAMS;

/**
 * The contestants and their scenarios. In each scenario the others are compared with the
 * first one.
 */
enum Contestants {

	/** The limit for a program that does nothing else. */
	RAW("raw Lettuce", RawLettuce::new, STREAM, QUEUE, QUEUE_AT_MOST_ONCE, CHANNEL, SEND_ONE, SEND_ASYNC,
			SEND_BULK_LIST, SEND_BULK_STREAM, FLOOD, BACKLOG_QUEUE, BACKLOG_STREAM, PAYLOAD_QUEUE, PAYLOAD_STREAM,
			INSTANCES_QUEUE, INSTANCES_STREAM, STREAMS),

	/** The limit for a program that only waits for messages. */
	RAW_BLOCKING("raw Lettuce, blocks", RawBlocking::new, LATENCY_QUEUE, LATENCY_STREAM, LATENCY_CHANNEL, IDLE_QUEUE,
			IDLE_STREAM, IDLE_CHANNEL),

	/** Without leases, so other consumers can't know when to reclaim a message. */
	RAW_MOVING("raw Lettuce, blocks, no lease", RawBlocking::withoutLeases, LATENCY_QUEUE),

	/** With a thread of its own for the handler, which may wait. */
	RAW_HANDING_OVER("raw Lettuce, hands over to a thread", RawHandingOver::new, LATENCY_CHANNEL),

	/** With one command for each message. */
	RAW_PIPELINED("raw Lettuce, one LPUSH each", RawLettuce::pipelined, SEND_BULK_LIST),

	/** With its defaults. */
	OURS("redis-broker", Ours::new, Scenario.values()),

	/** With one setting changed. */
	OURS_TUNED("redis-broker, batch-size 512", Ours::readingFurtherAhead, STREAM, QUEUE, QUEUE_AT_MOST_ONCE),

	/** Set up for a listener that is quick and never waits. */
	OURS_IO_THREAD("redis-broker, on the I/O thread", Ours::onTheThreadThatReads, CHANNEL, LATENCY_CHANNEL, FLOOD),

	/** As its reference documentation shows. */
	SPRING_DATA("Spring Data Redis", SpringData::new, STREAM, CHANNEL, LATENCY_STREAM, LATENCY_CHANNEL, IDLE_STREAM,
			FLOOD, SEND_ONE, SEND_BULK_LIST, SEND_BULK_STREAM),

	/** Tuned by measuring. */
	SPRING_DATA_TUNED("Spring Data Redis, tuned", SpringDataTuned::new, STREAM, CHANNEL, LATENCY_CHANNEL, IDLE_CHANNEL,
			FLOOD),

	/** As its reference documentation shows. */
	SPRING_INTEGRATION("Spring Integration Redis", SpringIntegration::new, QUEUE_AT_MOST_ONCE, CHANNEL, IDLE_QUEUE),

	/** Tuned by measuring. */
	SPRING_INTEGRATION_TUNED("Spring Integration Redis, tuned", SpringIntegration::tuned, QUEUE_AT_MOST_ONCE),

	/** As its documentation shows. */
	REDISSON("Redisson", RedissonContestant::new, STREAM, QUEUE, QUEUE_AT_MOST_ONCE, CHANNEL, LATENCY_STREAM,
			LATENCY_CHANNEL, FLOOD, SEND_ONE, SEND_ASYNC, SEND_BULK_LIST, SEND_BULK_STREAM),

	/** Tuned by measuring. */
	REDISSON_TUNED("Redisson, tuned", RedissonContestant::tuned, STREAM, QUEUE, QUEUE_AT_MOST_ONCE),

	/** Another broker. */
	RABBITMQ("RabbitMQ, Spring AMQP tuned", RabbitMq::start, RabbitServer::missing, QUEUE),

	/**
	 * Tuned by measuring; with its defaults it fetches ten messages a second.
	 */
	RQUEUE("Rqueue, tuned", Rqueue::start, Rqueue::missing, QUEUE);

	private final String title;

	private final Function<RedisURI, Contestant> factory;

	private final Supplier<Optional<String>> missing;

	private final Set<Scenario> scenarios = EnumSet.noneOf(Scenario.class);

	Contestants(String title, Function<RedisURI, Contestant> factory, Scenario... scenarios) {
		this(title, factory, Optional::empty, scenarios);
	}

	Contestants(String title, Function<RedisURI, Contestant> factory, Supplier<Optional<String>> missing,
			Scenario... scenarios) {
		this.title = title;
		this.factory = factory;
		this.missing = missing;
		this.scenarios.addAll(Set.of(scenarios));
	}

	String title() {
		return this.title;
	}

	boolean takesPartIn(Scenario scenario) {
		return this.scenarios.contains(scenario);
	}

	/** The reason why it can't be measured on this machine, if there is one. */
	Optional<String> missing() {
		return this.missing.get();
	}

	Contestant start(RedisURI redis) {
		return this.factory.apply(redis);
	}

}
