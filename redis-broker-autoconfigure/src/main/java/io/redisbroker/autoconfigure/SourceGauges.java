package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.Sources;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.TransportType;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Measures the backlog, per listener and source, and how long calls take, from the moment
 * a listener has started. All gauges of a listener share one answer of Redis, which is
 * asked at intervals.
 */
class SourceGauges implements BrokerEvents {

	private final MeterRegistry meters;

	private final ObjectProvider<ListenerRegistry> registry;

	private final ObjectProvider<Sources> sources;

	private final Duration interval;

	private final AtomicBoolean silent = new AtomicBoolean();

	private final Map<String, Gauges> gauges = new ConcurrentHashMap<>();

	SourceGauges(MeterRegistry meters, ObjectProvider<ListenerRegistry> registry, ObjectProvider<Sources> sources,
			Duration interval) {
		this.meters = meters;
		this.registry = registry;
		this.sources = sources;
		this.interval = interval;
	}

	@Override
	public void started(String listener) {
		this.registry.getObject()
			.container(listener)
			.ifPresent((container) -> this.gauges.computeIfAbsent(listener, (id) -> register(container)));
	}

	@Override
	public void unregistered(String listener) {
		Gauges known = this.gauges.remove(listener);
		if (known != null) {
			known.meters().forEach(this.meters::remove);
		}
	}

	private Gauges register(ListenerContainer container) {
		ListenerEndpoint endpoint = container.endpoint();
		List<Meter> registered = new ArrayList<>();
		Sources known = this.sources.getObject();
		BacklogSample sample = new BacklogSample(() -> known.backlog(endpoint.id()), this.interval, this.silent);
		registered.add(Gauge.builder("redis.broker.listener.longest.call", container, SourceGauges::longestCall)
			.description("Time that the longest call under way of the listener has taken")
			.baseUnit("seconds")
			.tag("listener", endpoint.id())
			.register(this.meters));
		if (endpoint.transport() == TransportType.CHANNEL) {
			return new Gauges(sample, registered);
		}
		registered.add(Gauge.builder("redis.broker.listener.read.age", container, (it) -> seconds(it.sinceLastRead()))
			.description("Time since Redis last answered a read of the listener")
			.baseUnit("seconds")
			.tag("listener", endpoint.id())
			.register(this.meters));
		for (String source : endpoint.sources()) {
			registered.add(messages(sample, endpoint, source, "backlog",
					"Messages that are left to do: lag, in flight and delayed", Backlog::total));
			registered
				.add(messages(sample, endpoint, source, "lag", "Messages that were never handed out", Backlog::lag));
			registered.add(
					messages(sample, endpoint, source, "in.flight", "Messages that consumers hold", Backlog::inFlight));
			registered.add(messages(sample, endpoint, source, "delayed", "Messages that wait for their time",
					Backlog::delayed));
			if (endpoint.transport() == TransportType.STREAM) {
				registered.add(
						register(sample, endpoint, source, "oldest.age", "Age of the oldest message that is left to do",
								"seconds", (backlog) -> seconds(backlog.oldest())));
			}
		}
		return new Gauges(sample, registered);
	}

	private Gauge messages(BacklogSample sample, ListenerEndpoint endpoint, String source, String name,
			String description, Function<Backlog, @Nullable Long> value) {
		return register(sample, endpoint, source, name, description, "messages", (backlog) -> {
			Long count = value.apply(backlog);
			return (count != null) ? count : Double.NaN;
		});
	}

	private Gauge register(BacklogSample sample, ListenerEndpoint endpoint, String source, String name,
			String description, String unit, ToDoubleFunction<Backlog> value) {
		return Gauge.builder("redis.broker.source." + name, sample, (it) -> {
			Backlog backlog = it.get(source);
			return (backlog != null) ? value.applyAsDouble(backlog) : Double.NaN;
		})
			.description(description)
			.baseUnit(unit)
			.tags("listener", endpoint.id(), "source", source)
			.register(this.meters);
	}

	private static double longestCall(ListenerContainer container) {
		Duration longest = container.longestCall();
		return (longest != null) ? seconds(longest) : 0;
	}

	private static double seconds(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() / 1000.0 : Double.NaN;
	}

	/** The gauges of a listener with their sample, to which gauges hold on weakly. */
	private record Gauges(BacklogSample sample, List<Meter> meters) {
	}

}
