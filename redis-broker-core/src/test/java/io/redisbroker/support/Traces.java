package io.redisbroker.support;

import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

/**
 * A real tracer for observations: OpenTelemetry, with the headers of W3C.
 */
public final class Traces implements AutoCloseable {

	private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

	private final SdkTracerProvider provider = SdkTracerProvider.builder()
		.addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
		.build();

	private final ObservationRegistry registry = ObservationRegistry.create();

	public Traces() {
		io.opentelemetry.api.trace.Tracer otel = this.provider.get("test");
		Tracer tracer = new OtelTracer(otel, new OtelCurrentTraceContext(), (event) -> {
		});
		OtelPropagator propagator = new OtelPropagator(
				ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel);
		this.registry.observationConfig()
			.observationHandler(new FirstMatchingCompositeObservationHandler(
					new PropagatingReceiverTracingObservationHandler<>(tracer, propagator),
					new PropagatingSenderTracingObservationHandler<>(tracer, propagator),
					new DefaultTracingObservationHandler(tracer)));
	}

	public ObservationRegistry registry() {
		return this.registry;
	}

	/** Runs work inside a new trace, as an HTTP request does. */
	public void request(Runnable work) {
		Observation.createNotStarted("request", this.registry).observe(work);
	}

	/** The spans that have ended so far. */
	public List<SpanData> spans() {
		return this.exporter.getFinishedSpanItems();
	}

	/** The spans of this name that have ended so far, in the order of their ends. */
	public List<SpanData> spans(String name) {
		return spans().stream().filter((span) -> span.getName().equals(name)).toList();
	}

	/**
	 * The names from the beginning of the trace to a span, each the parent of the next.
	 */
	public String way(SpanData span) {
		return spans().stream()
			.filter((each) -> each.getSpanId().equals(span.getParentSpanId()))
			.findFirst()
			.map((parent) -> way(parent) + " > " + span.getName())
			.orElse(span.getName());
	}

	@Override
	public void close() {
		this.provider.close();
	}

}
