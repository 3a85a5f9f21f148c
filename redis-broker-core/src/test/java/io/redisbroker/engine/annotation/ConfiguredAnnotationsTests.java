package io.redisbroker.engine.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import java.util.Set;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import org.junit.jupiter.api.Test;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.AnnotatedElementUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ConfiguredAnnotations}.
 */
class ConfiguredAnnotationsTests {

	@Test
	void leavesAnAnnotationAsItIsWhereNothingIsConfigured() throws Exception {
		StreamListener annotation = annotation("plain");
		assertThat(configured(Map.of()).configure(annotation, "payments")).isSameAs(annotation);
	}

	@Test
	void replacesWhatIsConfigured() throws Exception {
		StreamListener annotation = configured(Map.of("group", "audit", "ackMode", AckMode.NONE))
			.configure(annotation("plain"), "payments");
		assertThat(annotation.group()).isEqualTo("audit");
		assertThat(annotation.ackMode()).isEqualTo(AckMode.NONE);
		assertThat(annotation.streams()).containsExactly("orders");
		assertThat(annotation.concurrency()).isEqualTo("2");
	}

	@Test
	void replacesTheAliasToo() throws Exception {
		StreamListener annotation = configured(Map.of("streams", new String[] { "refunds", "returns" }))
			.configure(annotation("plain"), "payments");
		assertThat(annotation.streams()).containsExactly("refunds", "returns");
		assertThat(annotation.value()).containsExactly("refunds", "returns");
	}

	@Test
	void configuresAnnotationsThatAreMadeOfOurs() throws Exception {
		StreamListener annotation = configured(Map.of("concurrency", "8")).configure(annotation("composed"),
				"payments");
		assertThat(annotation.concurrency()).isEqualTo("8");
		assertThat(annotation.group()).isEqualTo("billing");
		assertThat(annotation.streams()).containsExactly("orders");
	}

	@Test
	void refusesWhatTheAnnotationDoesNotKnow() {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> configured(Map.of("pattern", "orders.*")).configure(annotation("plain"), "payments"))
			.withMessage("somewhere.payments: A @StreamListener has no 'pattern'. Remove it, or use one of ack-mode, "
					+ "auto-startup, batch-size, concurrency, connection-factory, consumer, dead-letters, group, "
					+ "max-attempts, max-deliveries, max-processing-time, reclaim-delay, start-from, streams.");
	}

	private static StreamListener annotation(String method) throws NoSuchMethodException {
		StreamListener annotation = AnnotatedElementUtils
			.findMergedAnnotation(ConfiguredAnnotationsTests.class.getDeclaredMethod(method), StreamListener.class);
		assertThat(annotation).isNotNull();
		return annotation;
	}

	private static ConfiguredAnnotations configured(Map<String, Object> attributes) {
		return new ConfiguredAnnotations(new ListenerOverrides() {

			@Override
			public Set<String> listenerIds() {
				return Set.of("payments");
			}

			@Override
			public Map<String, Object> attributes(String listenerId) {
				return listenerId.equals("payments") ? attributes : Map.of();
			}

			@Override
			public String origin(String listenerId) {
				return "somewhere." + listenerId;
			}

		});
	}

	@StreamListener(value = "orders", concurrency = "2")
	void plain() {
	}

	@Billing("orders")
	void composed() {
	}

	@Retention(RetentionPolicy.RUNTIME)
	@StreamListener(group = "billing")
	@interface Billing {

		@AliasFor(annotation = StreamListener.class, attribute = "streams")
		String[] value();

	}

}
