package io.redisbroker.benchmarks;

import java.util.Locale;

/**
 * The scenarios, in the order of the report.
 */
enum Scenario {

	/** The backlog of a stream. */
	STREAM("Consume a stream, at least once", new Throughput(Source.Kind.STREAM)),

	/** The backlog of a queue. */
	QUEUE("Consume a queue, at least once", new Throughput(Source.Kind.QUEUE)),

	/** The backlog of a queue, without leases. */
	QUEUE_AT_MOST_ONCE("Consume a queue, at most once", new Throughput(Source.Kind.QUEUE_AT_MOST_ONCE)),

	/** A channel on which 5,000 messages are always under way. */
	CHANNEL("Listen on a channel", new Throughput(Source.Kind.CHANNEL)),

	/** Synchronous sending. */
	SEND_ONE("Send to a list, one by one", new SendThroughput(Sending.ONE_BY_ONE)),

	/** Asynchronous sending. */
	SEND_ASYNC("Send to a list, without waiting for each reply", new SendThroughput(Sending.ASYNC)),

	/** Many with one call. */
	SEND_BULK_LIST("Send to a list, 10,000 with one call", new SendThroughput(Sending.BULK_TO_LIST)),

	/** Many with one call. */
	SEND_BULK_STREAM("Send to a stream, 10,000 with one call", new SendThroughput(Sending.BULK_TO_STREAM)),

	/** A queue that is nearly always empty. */
	LATENCY_QUEUE("Latency of a queue, 200 messages per second", new Latency(Source.Kind.QUEUE)),

	/** A stream that is nearly always read to its end. */
	LATENCY_STREAM("Latency of a stream, 200 messages per second", new Latency(Source.Kind.STREAM)),

	/** A channel with little to do. */
	LATENCY_CHANNEL("Latency of a channel, 200 messages per second", new Latency(Source.Kind.CHANNEL)),

	/** More at once than buffers hold. */
	FLOOD("Flood of a channel", new Flood()),

	/** Queues without messages. */
	IDLE_QUEUE("Idle listeners on queues", new Idle(Source.Kind.QUEUE)),

	/** Streams without messages. */
	IDLE_STREAM("Idle listeners on streams", new Idle(Source.Kind.STREAM)),

	/** Channels without messages. */
	IDLE_CHANNEL("Idle listeners on channels", new Idle(Source.Kind.CHANNEL)),

	/** Far behind, in a small heap. */
	BACKLOG_QUEUE("Consume a queue, at least once, by backlog, in a small heap", new Backlog(Source.Kind.QUEUE)),

	/** Far behind, in a small heap. */
	BACKLOG_STREAM("Consume a stream, at least once, by backlog, in a small heap", new Backlog(Source.Kind.STREAM)),

	/** Small and large messages. */
	PAYLOAD_QUEUE("Consume a queue, at least once, by payload", Growth.ofPayload(Source.Kind.QUEUE)),

	/** Small and large messages. */
	PAYLOAD_STREAM("Consume a stream, at least once, by payload", Growth.ofPayload(Source.Kind.STREAM)),

	/** More applications that share the work. */
	INSTANCES_QUEUE("Consume a queue, at least once, by instances", Growth.ofInstances(Source.Kind.QUEUE)),

	/** More applications that share the work. */
	INSTANCES_STREAM("Consume a stream, at least once, by instances in one group",
			Growth.ofInstances(Source.Kind.STREAM)),

	/** More streams with one listener. */
	STREAMS("Consume streams, at least once, by streams per listener", Growth.ofStreams()),

	/** An application that starts. */
	STARTUP("Start of an application", new Startup());

	private final String title;

	private final Measurement measurement;

	Scenario(String title, Measurement measurement) {
		this.title = title;
		this.measurement = measurement;
	}

	String title() {
		return this.title;
	}

	Measurement measurement() {
		return this.measurement;
	}

	/** The name in options, as in {@code --scenarios=stream,send-one}. */
	String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** The heap of the JVM, the same for all contestants. */
	String heap(Options options) {
		return (this.measurement instanceof Backlog) ? "256m" : options.text("heap");
	}

}
