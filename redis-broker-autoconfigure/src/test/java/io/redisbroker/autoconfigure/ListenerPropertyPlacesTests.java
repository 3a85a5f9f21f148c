package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.retry.ExceptionRules.Treatment;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each property of listeners, set alone and in each of its places, reaches the right
 * listeners. Its effect is shown by the tests that {@link PropertyEffectsTests} finds;
 * for properties of one transport, by the tests of the transport.
 */
class ListenerPropertyPlacesTests {

	/** Of every transport. */
	private static final Map<String, Case> COMMON = Map.of("concurrency", of("8", ListenerSettings::concurrency, 8),
			"batch-size", of("9", ListenerSettings::batchSize, 9), "auto-startup",
			of("false", ListenerSettings::autoStartup, false), "max-processing-time",
			of("5s", ListenerSettings::maxProcessingTime, Duration.ofSeconds(5)), "dead-letter-retention.max-length",
			of("700", (settings) -> settings.retention().maxLength(), 700L), "dead-letter-retention.max-age",
			of("7d", (settings) -> settings.retention().maxAge(), Duration.ofDays(7)), "connection-factory",
			of("redisConnectionFactory", ListenerSettings::connectionFactory, "redisConnectionFactory"));

	/** Of transports that redeliver. */
	private static final Map<String, Case> REDELIVERY = Map.of("reclaim-delay",
			of("10s", ListenerSettings::reclaimDelay, Duration.ofSeconds(10)), "max-deliveries",
			of("11", ListenerSettings::maxDeliveries, 11), "max-attempts",
			of("12", (settings) -> settings.retry().maxAttempts(), 12), "backoff.initial",
			of("13s", (settings) -> settings.retry().backoff().initial(), Duration.ofSeconds(13)), "backoff.multiplier",
			of("14", (settings) -> settings.retry().backoff().multiplier(), 14.0), "backoff.max",
			of("15m", (settings) -> settings.retry().backoff().max(), Duration.ofMinutes(15)), "backoff.jitter",
			of("0.6", (settings) -> settings.retry().backoff().jitter(), 0.6), "backoff.delays",
			of("1s,17s", (settings) -> settings.retry().backoff().delays(),
					List.of(Duration.ofSeconds(1), Duration.ofSeconds(17))));

	private static final Map<String, Case> EXCEPTIONS = Map.of(
			"exceptions.retry", of(ClassCastException.class.getName(),
					(settings) -> treatment(settings, new ClassCastException()), Treatment.RETRY),
			"exceptions.dead-letter",
			of(IOException.class.getName(), (settings) -> treatment(settings, new IOException()),
					Treatment.DEAD_LETTER),
			"exceptions.drop",
			of(IOException.class.getName(), (settings) -> treatment(settings, new IOException()), Treatment.DROP));

	/** Of one listener, for properties that only one transport has. */
	private static final Map<String, Case> STREAM = Map.of("streams",
			ofStream("refunds", StreamEndpoint::sources, List.of("refunds")), "group",
			ofStream("audit", StreamEndpoint::group, "audit"), "consumer",
			ofStream("one", StreamEndpoint::consumer, "one"), "start-from",
			ofStream("$", StreamEndpoint::startFrom, StartFrom.NEW), "ack-mode",
			of("manual", ListenerSettings::ackMode, AckMode.MANUAL), "dead-letters",
			of("broken", ListenerSettings::deadLetters, "broken"));

	private static final Map<String, Case> QUEUE = Map.of("queues",
			new Case("refunds", (endpoint) -> endpoint.sources(), List.of("refunds")), "order",
			new Case("lifo", (endpoint) -> ((QueueEndpoint) endpoint).order(), QueueOrder.LIFO), "pause",
			new Case("3s", (endpoint) -> ((QueueEndpoint) endpoint).pause(), Duration.ofSeconds(3)), "lease",
			of("21s", ListenerSettings::reclaimDelay, Duration.ofSeconds(21)));

	private static final Map<String, Case> CHANNEL = Map.of("channels",
			ofChannel("quotes", ChannelEndpoint::channels, List.of("quotes")), "patterns",
			ofChannel("q*", ChannelEndpoint::patterns, List.of("q*")), "sharded",
			ofChannel("true", ChannelEndpoint::sharded, true), "buffer-size",
			ofChannel("7", ChannelEndpoint::bufferSize, 7), "overflow",
			ofChannel("drop-newest", ChannelEndpoint::overflow, OverflowPolicy.DROP_NEWEST));

	private final ApplicationContextRunner runner = TestApplication.runner()
		.withUserConfiguration(ListenerPropertiesTests.AtRest.class)
		.withPropertyValues("redis-broker.preflight=off")
		.withBean(Listeners.class);

	static Stream<Arguments> places() {
		List<String> redelivering = List.of("on-stream", "on-queue");
		Map<String, Case> deliveredAgain = all(List.of(COMMON, REDELIVERY, EXCEPTIONS));
		return Stream.of(Arguments.of("redis-broker.listener", redelivering, deliveredAgain),
				Arguments.of("redis-broker.listener", List.of("on-channel"), COMMON),
				Arguments.of("redis-broker.stream.listener", List.of("on-stream"), deliveredAgain),
				Arguments.of("redis-broker.queue.listener", List.of("on-queue"), deliveredAgain),
				Arguments.of("redis-broker.channel.listener", List.of("on-channel"), COMMON),
				Arguments.of("redis-broker.listeners.on-stream", List.of("on-stream"),
						all(List.of(deliveredAgain, STREAM))),
				Arguments.of("redis-broker.listeners.on-queue", List.of("on-queue"),
						all(List.of(deliveredAgain, QUEUE))),
				Arguments.of("redis-broker.listeners.on-channel", List.of("on-channel"),
						all(List.of(COMMON, CHANNEL))));
	}

	@ParameterizedTest(name = "{0} for {1}")
	@MethodSource("places")
	void eachReachesTheListenersThatAreMeant(String place, List<String> listeners, Map<String, Case> cases) {
		Map<String, Object> otherwise = new TreeMap<>();
		this.runner.run((context) -> cases.forEach((name, each) -> listeners
			.forEach((id) -> otherwise.put(id + name, String.valueOf(each.of().apply(endpoint(context, id)))))));
		cases.forEach((name, each) -> this.runner.withPropertyValues(place + "." + name + "=" + each.value())
			.run((context) -> {
				assertThat(context).as(name).hasNotFailed();
				for (String id : listeners) {
					Object value = each.of().apply(endpoint(context, id));
					assertThat(value).as(place + "." + name + " for " + id).isEqualTo(each.expected());
					assertThat(String.valueOf(value)).as(name + " is not the default")
						.isNotEqualTo(otherwise.get(id + name));
				}
			}));
	}

	@Test
	void noneIsLeftOut() {
		Collection<String> module = MetadataFile.ofModule(RedisBrokerProperties.class).keySet();
		assertThat(below("redis-broker.listener.", module)).isEqualTo(names(List.of(COMMON, REDELIVERY, EXCEPTIONS)));
		assertThat(below("redis-broker.stream.listener.", module))
			.isEqualTo(names(List.of(COMMON, REDELIVERY, EXCEPTIONS)));
		assertThat(below("redis-broker.queue.listener.", module))
			.isEqualTo(names(List.of(COMMON, REDELIVERY, EXCEPTIONS)));
		assertThat(below("redis-broker.channel.listener.", module)).isEqualTo(names(List.of(COMMON)));
		assertThat(below("", MetadataFile.ofType(NamedListenerProperties.class).keySet()))
			.isEqualTo(names(List.of(COMMON, REDELIVERY, EXCEPTIONS, STREAM, QUEUE, CHANNEL)));
	}

	/** All attributes but the id, which names the listener. */
	@Test
	void everyAttributeOfAnAnnotationCanBeSetById() {
		Collection<String> properties = MetadataFile.ofType(NamedListenerProperties.class).keySet();
		assertThat(Stream.of(StreamListener.class, QueueListener.class, ChannelListener.class)
			.flatMap((annotation) -> Stream.of(annotation.getDeclaredMethods()))
			.map((attribute) -> DataObjectPropertyName.toDashedForm(attribute.getName()))
			.filter((name) -> !name.equals("id") && !name.equals("value"))).isSubsetOf(properties);
	}

	private static ListenerEndpoint endpoint(ApplicationContext context, String id) {
		return context.getBean(ListenerRegistry.class).container(id).orElseThrow().endpoint();
	}

	private static Collection<String> below(String place, Collection<String> names) {
		TreeSet<String> below = new TreeSet<>();
		names.stream()
			.filter((name) -> name.startsWith(place))
			.forEach((name) -> below.add(name.substring(place.length())));
		return below;
	}

	private static Collection<String> names(List<Map<String, Case>> cases) {
		return new TreeSet<>(all(cases).keySet());
	}

	private static Map<String, Case> all(List<Map<String, Case>> cases) {
		Map<String, Case> all = new TreeMap<>();
		cases.forEach(all::putAll);
		return all;
	}

	private static Treatment treatment(ListenerSettings settings, Throwable failure) {
		return settings.retry().exceptions().of(failure);
	}

	private static Case of(String value, Function<ListenerSettings, Object> of, Object expected) {
		return new Case(value, (endpoint) -> of.apply(endpoint.settings()), expected);
	}

	private static Case ofStream(String value, Function<StreamEndpoint, Object> of, Object expected) {
		return new Case(value, (endpoint) -> of.apply((StreamEndpoint) endpoint), expected);
	}

	private static Case ofChannel(String value, Function<ChannelEndpoint, Object> of, Object expected) {
		return new Case(value, (endpoint) -> of.apply((ChannelEndpoint) endpoint), expected);
	}

	/**
	 * A value that is not the default, and where it has to arrive.
	 */
	record Case(String value, Function<ListenerEndpoint, Object> of, Object expected) {
	}

	static class Listeners {

		@StreamListener(id = "on-stream", streams = "orders", group = "billing")
		void onStream(String order) {
		}

		@QueueListener(id = "on-queue", queues = "jobs")
		void onQueue(String job) {
		}

		@ChannelListener(id = "on-channel", channels = "prices")
		void onChannel(String price) {
		}

	}

}
