package io.redisbroker.autoconfigure;

import java.lang.reflect.Modifier;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.message.BrokerHeaders;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Import;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;

import static io.redisbroker.autoconfigure.RefusedListenerTests.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Parameters that can't be made from a header or a bean, and results without a
 * destination, are refused when the application starts.
 */
class RefusedParametersTests {

	@ParameterizedTest
	@ValueSource(classes = { SortedHeaders.class, TextHeaders.class, HeadersAsObject.class })
	void refusesAllHeadersAsAnotherType(Class<?> listener) {
		assertRefused(listener, "Its parameter 2", "all headers come as a Map", "@Headers Map<String, Object>");
	}

	static class SortedHeaders {

		@QueueListener(queues = "orders")
		void on(String order, @Headers TreeMap<String, Object> headers) {
		}

	}

	static class HeadersAsObject {

		@ChannelListener(channels = "orders")
		void on(String order, @Headers Object headers) {
		}

	}

	static class TextHeaders {

		@StreamListener(streams = "orders", group = "billing")
		void on(String order, @Headers Map<String, String> headers) {
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { HeaderAsRecord.class, HeadersAsRecords.class })
	void refusesAHeaderOfATypeThatNoTextBecomes(Class<?> listener) {
		assertRefused(listener, "Its parameter 2", "a header is a text", "another type that Spring converts");
	}

	record Tenant(String name, int number) {

	}

	static class HeaderAsRecord {

		@ChannelListener(channels = "orders")
		void on(String order, @Header("tenant") Tenant tenant) {
		}

	}

	static class HeadersAsRecords {

		@QueueListener(queues = "orders")
		void on(List<String> orders, @Header("tenant") List<Tenant> tenants) {
		}

	}

	@Test
	void refusesAHeaderWithoutAName() {
		// like a compiler without '-parameters'
		Class<?> listener = new ByteBuddy().subclass(Object.class)
			.name("com.acme.WithoutNames")
			.defineMethod("pay", void.class, Modifier.PUBLIC)
			.withParameter(String.class)
			.withParameter(String.class)
			.annotateParameter(AnnotationDescription.Builder.ofType(Header.class).build())
			.intercept(StubMethod.INSTANCE)
			.annotateMethod(
					AnnotationDescription.Builder.ofType(QueueListener.class).defineArray("queues", "orders").build())
			.make()
			.load(getClass().getClassLoader())
			.getLoaded();
		assertRefused(listener, "Its parameter 2", "its @Header has no name", "@Header(\"name\")");
	}

	@Test
	void refusesAHeaderWhosePlaceholderIsNotSet() {
		assertRefused(UnknownPlaceholder.class, "Its parameter 2", "the name of its header can't be resolved",
				"Set the property");
	}

	static class UnknownPlaceholder {

		@QueueListener(queues = "orders")
		void on(String order, @Header("${no.such.property}") String tenant) {
		}

	}

	@Test
	void refusesAHeaderThatMayBeAbsentAndCantBeNull() {
		assertRefused(AbsentNumber.class, "Its parameter 2", "its header may be absent", "Integer");
	}

	static class AbsentNumber {

		@QueueListener(queues = "orders")
		void on(String order, @Header(name = "attempt", required = false) int attempt) {
		}

	}

	@Test
	void refusesADefaultThatDoesNotFit() {
		assertRefused(OddDefault.class, "Its parameter 2", "the default of its header, 'abc'", "defaultValue");
	}

	static class OddDefault {

		@QueueListener(queues = "orders")
		void on(String order, @Header(name = "attempt", defaultValue = "abc") int attempt) {
		}

	}

	@Test
	void takesHeadersThatSpringConverts() {
		TestApplication.runner()
			.withPropertyValues("redis-broker.listener.auto-startup=false", "tenant.header=tenant")
			.withUserConfiguration(ManyHeaders.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class ManyHeaders {

		@QueueListener(queues = "one")
		void on(String order, @Header("${tenant.header}") String tenant, @Header("attempt") Optional<Integer> attempt,
				@Header(name = "limit", defaultValue = "3") int limit,
				@Header(name = "urgent", required = false) boolean urgent, @Header("stage") Thread.State state,
				@Header("since") Date since, @Header("tags") List<String> tags,
				@Header(BrokerHeaders.DELIVERY_COUNT) long count, @Headers Map<String, Object> all,
				@Headers MessageHeaders headers, MessageHeaders more) {
		}

		@QueueListener(queues = "two")
		void on(List<String> orders, @Header("attempt") List<Integer> attempts, @Header List<String> tenant,
				@Headers List<Map<String, Object>> headers) {
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesService.class, TakesServices.class, MayTakeService.class })
	void refusesABeanOfTheApplication(Class<?> listener) {
		assertRefused(listener, "Its parameter 2", "that is the type of bean '", "Take the bean in the constructor");
	}

	/** Jackson could create one from any JSON object. */
	static class Service {

	}

	@Import(Service.class)
	static class TakesService {

		@QueueListener(queues = "orders")
		void on(String order, Service service) {
		}

	}

	@Import(Service.class)
	static class MayTakeService {

		@QueueListener(queues = "orders")
		void on(String order, Optional<Service> service) {
		}

	}

	@Import(Service.class)
	static class TakesServices {

		@ChannelListener(channels = "orders")
		void on(List<String> orders, List<Service> services) {
		}

	}

	@Test
	void takesAPayloadOfABeansTypeWhereThatIsMeant() {
		TestApplication.runner()
			.withPropertyValues("redis-broker.listener.auto-startup=false")
			.withUserConfiguration(TakesPayloadOfABeansType.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Import(Service.class)
	static class TakesPayloadOfABeansType {

		@QueueListener(queues = "orders")
		void on(@Payload Service service) {
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesFuture.class, TakesCompletableFuture.class })
	void refusesAFutureThatNothingCompletes(Class<?> listener) {
		assertRefused(listener, "Its parameter 1", "nothing would ever complete it", "Take the value itself");
	}

	static class TakesFuture {

		@QueueListener(queues = "orders")
		void on(Future<String> order) {
		}

	}

	static class TakesCompletableFuture {

		@StreamListener(streams = "orders", group = "billing")
		void on(CompletableFuture<String> order) {
		}

	}

	@Test
	void refusesAPublisherAsResult() {
		assertRefused(ReturnsMono.class, "ReturnsMono.on", "It returns a Mono, and redis-broker does not subscribe",
				"Return void");
	}

	static class ReturnsMono {

		@QueueListener(queues = "orders")
		Mono<Void> on(String order) {
			return Mono.empty();
		}

	}

	@Test
	void refusesAResultThatGoesNowhere() {
		assertRefused(Replies.class, "Replies.on", "It says @SendTo, which is not supported", "Remove @SendTo");
	}

	static class Replies {

		@QueueListener(queues = "orders")
		@SendTo("replies")
		String on(String order) {
			return order;
		}

	}

}
