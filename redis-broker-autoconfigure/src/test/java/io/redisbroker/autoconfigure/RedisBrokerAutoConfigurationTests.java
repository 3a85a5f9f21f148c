package io.redisbroker.autoconfigure;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.annotation.ChannelListenerReader;
import io.redisbroker.engine.annotation.ListenerAnnotationBeanPostProcessor;
import io.redisbroker.engine.annotation.ListenerMethodFactory;
import io.redisbroker.engine.annotation.ListenerOverrides;
import io.redisbroker.engine.annotation.QueueListenerReader;
import io.redisbroker.engine.annotation.StreamListenerReader;
import io.redisbroker.engine.channel.ChannelTransport;
import io.redisbroker.engine.preflight.Preflight;
import io.redisbroker.engine.preflight.Stage;
import io.redisbroker.engine.queue.QueueTransport;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.Redrive;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.engine.stream.StreamRetentions;
import io.redisbroker.engine.stream.StreamTransport;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

/**
 * Tests for {@link RedisBrokerAutoConfiguration}, as far as they need no Redis.
 */
class RedisBrokerAutoConfigurationTests {

	private final ApplicationContextRunner runner = TestApplication.runner();

	@Test
	void configuresListenersAndSending() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(ListenerAnnotationBeanPostProcessor.class)
				.hasSingleBean(RedisConnections.class)
				.hasSingleBean(PayloadCodec.class)
				.hasSingleBean(ListenerMethodFactory.class)
				.hasSingleBean(StreamListenerReader.class)
				.hasSingleBean(QueueListenerReader.class)
				.hasSingleBean(ChannelListenerReader.class)
				.hasSingleBean(ListenerOverrides.class)
				.hasSingleBean(WorkerExecutors.class)
				.hasSingleBean(ListenerRuntime.class)
				.hasSingleBean(StreamTransport.class)
				.hasSingleBean(QueueTransport.class)
				.hasSingleBean(ChannelTransport.class)
				.hasSingleBean(DefaultListenerRegistry.class)
				.hasSingleBean(Preflight.class)
				.hasSingleBean(RedisBroker.class);
			assertThat(context.getBean(DefaultListenerRegistry.class).isRunning()).isTrue();
		});
	}

	@Test
	void listenersHaveTheDefaultsOfTheRuntimeWhereNoPropertySaysElse() {
		RedisBrokerProperties properties = new RedisBrokerProperties();
		StreamEndpoint endpoint = StreamEndpoint.builder("billing")
			.streams("orders")
			.group("billing")
			.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
			}));
		assertThat(new PropertiesListenerConfiguration(properties,
				new WrittenListenerProperties(new StandardEnvironment()), List.of())
			.settings(endpoint)).isEqualTo(ListenerSettings.DEFAULTS);
	}

	@Test
	void backsOffWithoutAConnectionFactory() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RedisBrokerAutoConfiguration.class,
					RedisBrokerHealthAutoConfiguration.class, RedisBrokerMetricsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RedisBroker.class)
				.doesNotHaveBean(DefaultListenerRegistry.class)
				.doesNotHaveBean(ListenerAnnotationBeanPostProcessor.class));
	}

	@ParameterizedTest
	@MethodSource
	<T> void backsOffForABeanOfTheUser(Class<T> type, Supplier<T> own) {
		this.runner.withBean("own", type, own)
			.run((context) -> assertThat(context).hasNotFailed().getBean(type).isSameAs(context.getBean("own")));
	}

	static Stream<Arguments> backsOffForABeanOfTheUser() {
		return Stream.of(own(ListenerAnnotationBeanPostProcessor.class, ListenerAnnotationBeanPostProcessor::new),
				own(RedisConnections.class, RedisBrokerAutoConfigurationTests::connections),
				own(PayloadCodec.class, RedisBrokerAutoConfigurationTests::codec),
				own(ListenerMethodFactory.class, RedisBrokerAutoConfigurationTests::methods),
				own(StreamListenerReader.class, () -> new StreamListenerReader(methods())),
				own(ListenerOverrides.class, () -> ListenerOverrides.NONE),
				own(ChannelListenerReader.class, () -> new ChannelListenerReader(methods())),
				own(QueueListenerReader.class, () -> new QueueListenerReader(methods())),
				own(WorkerExecutors.class, () -> (listenerId, concurrency) -> Runnable::run),
				own(ListenerRuntime.class, RedisBrokerAutoConfigurationTests::runtime),
				own(StreamTransport.class,
						() -> new StreamTransport(mock(RedisConnections.class), mock(PubSub.class), runtime(), "own")),
				own(StreamRetentions.class, () -> StreamRetentions.NONE),
				own(StreamHousekeeping.class,
						() -> new StreamHousekeeping(mock(RedisDirectory.class), BrokerEvents.NONE,
								StreamRetentions.NONE, mock(DefaultListenerRegistry.class))),
				own(ChannelTransport.class,
						() -> new ChannelTransport(mock(RedisConnections.class), mock(PubSub.class), runtime())),
				own(QueueTransport.class,
						() -> new QueueTransport(mock(RedisConnections.class), mock(PubSub.class), runtime(), "own")),
				own(DefaultListenerRegistry.class, () -> new DefaultListenerRegistry(List.of(), Duration.ofSeconds(1))),
				own(Preflight.class, () -> new Preflight(mock(RedisDirectory.class),
						mock(DefaultListenerRegistry.class), Stage.UNKNOWN)),
				own(RedisBroker.class, () -> mock(RedisBroker.class)));
	}

	private static <T> Arguments own(Class<T> type, Supplier<T> own) {
		return arguments(type, own);
	}

	private static RedisConnections connections() {
		return RedisConnections.from(new LettuceConnectionFactory());
	}

	private static PayloadCodec codec() {
		return new PayloadCodec(JsonMapper.builder().build());
	}

	private static ListenerMethodFactory methods() {
		return new ListenerMethodFactory(codec(), null, null);
	}

	private static ListenerRuntime runtime() {
		return new ListenerRuntime(WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	@Test
	void tellsEventsToTheUsersBean() {
		BrokerEvents own = mock(BrokerEvents.class);
		this.runner.withBean(BrokerEvents.class, () -> own).run((context) -> {
			context.getBean(ListenerRuntime.class).events().retried("billing", mock());
			verify(own).retried(eq("billing"), any());
		});
	}

	@Test
	void listensWhereBeansAreLazyByDefault() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean("lazy", Listening.class, Listening::new)
			.run((context) -> {
				assertThat(context.getBean(DefaultListenerRegistry.class).container("lazy.listen")).isPresent();
				assertThat(context.getBeanFactory().getBeanDefinition("lazy").isLazyInit()).isFalse();
			});
	}

	static class Listening {

		@StreamListener(streams = "orders", group = "billing", autoStartup = "false")
		void listen(String order) {
		}

	}

	@Test
	void asksATransportOfTheUserToo() {
		ListenerEndpoint endpoint = mock(ListenerEndpoint.class);
		when(endpoint.settings()).thenReturn(ListenerSettings.DEFAULTS);
		ListenerContainer container = mock(ListenerContainer.class);
		this.runner.withBean(Transport.class, () -> new OwnTransport(endpoint, container)).run((context) -> {
			assertThat(context).getBeans(Transport.class).hasSizeGreaterThan(1);
			ListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			registry.stop();
			assertThat(registry.register(endpoint)).isSameAs(container);
		});
	}

	@Test
	void writesJsonAsTheApplicationDoes() {
		this.runner.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE")
			.run((context) -> assertThat(json(context.getBean(PayloadCodec.class)))
				.isEqualTo("{\"first_name\":\"Ada\"}"));
	}

	@Test
	void writesJsonWithoutSpringBootsJacksonModule() {
		without("org.springframework.boot.jackson")
			.run((context) -> assertThat(json(context.getBean(PayloadCodec.class)))
				.isEqualTo("{\"firstName\":\"Ada\"}"));
	}

	private static String json(PayloadCodec codec) {
		return new String(codec.encode(new Customer("Ada")), StandardCharsets.UTF_8);
	}

	@Test
	void needsNeitherValidationNorHealthNorMeters() {
		without("jakarta.validation", "org.springframework.boot.health", "io.micrometer.core",
				"org.springframework.boot.micrometer.metrics")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(RedisBroker.class)
				.doesNotHaveBean(RedisBrokerHealthAutoConfiguration.class)
				.doesNotHaveBean(RedisBrokerMetricsAutoConfiguration.class));
	}

	/**
	 * As Spring Boot finds auto-configurations, in an application that lacks modules.
	 */
	private static ApplicationContextRunner without(String... packages) {
		return new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(packages))
			.withUserConfiguration(Application.class);
	}

	@Test
	void callsListenersOnPlatformThreads() {
		this.runner.run((context) -> {
			Thread thread = thread(context.getBean(WorkerExecutors.class));
			assertThat(isVirtual(thread)).isFalse();
			assertThat(thread.getName()).startsWith("billing-");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void callsListenersOnVirtualThreadsWhereTheyAreEnabled() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			assertThat(context).hasSingleBean(WorkerExecutors.class);
			Thread thread = thread(context.getBean(WorkerExecutors.class));
			assertThat(isVirtual(thread)).isTrue();
			assertThat(thread.getName()).startsWith("billing-");
		});
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void callsListenersOnPlatformThreadsWhereTheJvmHasNoOthers() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			assertThat(context).hasSingleBean(WorkerExecutors.class);
			assertThat(thread(context.getBean(WorkerExecutors.class)).getName()).startsWith("billing-");
		});
	}

	private static Thread thread(WorkerExecutors executors) {
		Executor executor = executors.create("billing", 1);
		return CompletableFuture.supplyAsync(Thread::currentThread, executor).join();
	}

	/** {@code Thread.isVirtual()}, which this code's Java does not know. */
	private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
		if (Runtime.version().feature() < 21) {
			return false;
		}
		Method isVirtual = Thread.class.getMethod("isVirtual");
		return (boolean) isVirtual.invoke(thread);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(OwnAutoConfigurations.class)
	static class Application {

	}

	/** The auto-configurations of a jar that contains only the broker. */
	static class OwnAutoConfigurations extends AutoConfigurationImportSelector {

		@Override
		protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
			return new AnnotationAttributes(Map.of("exclude", new String[0], "excludeName", new String[0]));
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				AnnotationAttributes attributes) {
			return super.getCandidateConfigurations(metadata, attributes).stream()
				.filter((name) -> name.startsWith("io.redisbroker.autoconfigure.")
						|| name.equals(DataRedisAutoConfiguration.class.getName()))
				.toList();
		}

	}

	record Customer(String firstName) {
	}

	private record OwnTransport(ListenerEndpoint endpoint, ListenerContainer container) implements Transport {

		@Override
		public boolean supports(ListenerEndpoint endpoint) {
			return endpoint == this.endpoint;
		}

		@Override
		public ListenerContainer createContainer(ListenerEndpoint endpoint) {
			return this.container;
		}

		@Override
		public Redrive redrive(DeadLetterSource source) {
			throw new IllegalArgumentException("No dead letters");
		}

	}

}
