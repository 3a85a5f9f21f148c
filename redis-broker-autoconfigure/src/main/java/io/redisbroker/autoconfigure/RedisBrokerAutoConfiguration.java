package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.Sources;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.converter.PayloadFormat;
import io.redisbroker.engine.admin.RedisDeadLetters;
import io.redisbroker.engine.admin.RegisteredSources;
import io.redisbroker.engine.annotation.ChannelListenerReader;
import io.redisbroker.engine.annotation.ChildContexts;
import io.redisbroker.engine.annotation.ListenerAnnotationBeanPostProcessor;
import io.redisbroker.engine.annotation.ListenerMethodFactory;
import io.redisbroker.engine.annotation.ListenerOverrides;
import io.redisbroker.engine.annotation.QueueListenerReader;
import io.redisbroker.engine.annotation.StreamListenerReader;
import io.redisbroker.engine.channel.ChannelTransport;
import io.redisbroker.engine.queue.QueueTransport;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.engine.stream.StreamRetentions;
import io.redisbroker.engine.stream.StreamTransport;
import io.redisbroker.engine.worker.InstanceName;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.write.DefaultRedisBroker;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerCustomizer;
import io.redisbroker.listener.ListenerErrorHandler;
import io.redisbroker.listener.ListenerInterceptor;
import io.redisbroker.listener.ListenerMethodConfigurer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.observation.BrokerReceiveObservationConvention;
import io.redisbroker.observation.BrokerSendObservationConvention;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamRetention;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Auto-configuration of redis-broker: listeners and sending on the application's Redis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBean(RedisConnectionFactory.class)
@EnableConfigurationProperties({ RedisBrokerProperties.class, LifecycleProperties.class })
public final class RedisBrokerAutoConfiguration {

	/** Each context has its own, since it sees only the beans of its context. */
	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static ListenerAnnotationBeanPostProcessor redisBrokerListenerAnnotationBeanPostProcessor() {
		return new ListenerAnnotationBeanPostProcessor();
	}

	/**
	 * No other bean asks for one that only listens, so that it would never be created.
	 */
	@Bean
	static LazyInitializationExcludeFilter redisBrokerLazyInitializationExcludeFilter() {
		return (beanName, definition, type) -> ListenerAnnotationBeanPostProcessor.mayHaveListeners(definition, type);
	}

	@Bean
	@ConditionalOnMissingBean
	ChildContexts redisBrokerChildContexts() {
		return new ChildContexts();
	}

	@Bean
	@ConditionalOnMissingBean
	RedisConnections redisBrokerConnections(ListableBeanFactory beanFactory,
			ObjectProvider<DataRedisConnectionDetails> details, RedisBrokerProperties properties) {
		RedisConnectionFactory factory = ConnectionFactorySelection.of(properties.getConnectionFactory(), beanFactory);
		if (!(factory instanceof LettuceConnectionFactory)) {
			throw new BrokerConfigurationException(
					"redis-broker needs Lettuce, but the application's connection factory is a "
							+ factory.getClass().getName(),
					"Set spring.data.redis.client-type to 'lettuce', with io.lettuce:lettuce-core on the class path.");
		}
		if (properties.getConnectionFactory() == null
				&& details.stream().anyMatch((each) -> each.getMasterReplica() != null)) {
			throw new BrokerConfigurationException(
					"redis-broker does not follow a failover in a static master and replica set-up",
					"Use Sentinel (spring.data.redis.sentinel.*) or a cluster (spring.data.redis.cluster.*), or name "
							+ "the primary alone in spring.data.redis.host.");
		}
		return RedisConnections.from(factory);
	}

	@Bean
	@ConditionalOnMissingBean
	PubSub redisBrokerPubSub(RedisConnections connections, RedisBrokerProperties properties) {
		return pubSub(connections, properties);
	}

	private static PubSub pubSub(RedisConnections connections, RedisBrokerProperties properties) {
		return new PubSub(connections, RedisBrokerProperties.checked("channel.watchdog-timeout",
				properties.getChannel().getWatchdogTimeout(), Duration.ofSeconds(1)));
	}

	@Bean
	@ConditionalOnMissingBean
	RedisDirectory redisBrokerDirectory(RedisConnections connections, PubSub pubSub, RedisBrokerProperties properties,
			ConfigurableListableBeanFactory beanFactory) {
		return new RedisDirectory(connections, pubSub,
				new ApplicationConnectionFactories(beanFactory, "redisBrokerDirectory"),
				(others) -> pubSub(others, properties));
	}

	@Bean
	@ConditionalOnMissingBean
	PayloadCodec redisBrokerPayloadCodec(ObjectProvider<JsonMapper> json, ObjectProvider<PayloadFormat> formats) {
		return new PayloadCodec(ApplicationBeans.jsonMapper(json), formats.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerMethodFactory redisBrokerListenerMethodFactory(PayloadCodec codec,
			ObjectProvider<ListenerMethodConfigurer> configurers, ConfigurableListableBeanFactory beanFactory) {
		List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
		configurers.orderedStream().forEach((configurer) -> configurer.addArgumentResolvers(resolvers));
		return new ListenerMethodFactory(codec, ApplicationBeans.validator(beanFactory), beanFactory, resolvers);
	}

	@Bean
	@ConditionalOnMissingBean
	StreamListenerReader redisBrokerStreamListenerReader(ListenerMethodFactory methods) {
		return new StreamListenerReader(methods);
	}

	@Bean
	@ConditionalOnMissingBean
	QueueListenerReader redisBrokerQueueListenerReader(ListenerMethodFactory methods) {
		return new QueueListenerReader(methods);
	}

	@Bean
	@ConditionalOnMissingBean
	ChannelListenerReader redisBrokerChannelListenerReader(ListenerMethodFactory methods) {
		return new ChannelListenerReader(methods);
	}

	@Bean
	WrittenListenerProperties redisBrokerWrittenListenerProperties(Environment environment) {
		return new WrittenListenerProperties(environment);
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerOverrides redisBrokerListenerOverrides(RedisBrokerProperties properties,
			WrittenListenerProperties written) {
		return new PropertiesListenerOverrides(properties.getListeners(), properties.getAbsentListeners(), written);
	}

	@Bean
	AbsentListenersCheck redisBrokerAbsentListenersCheck(ListenerAnnotationBeanPostProcessor postProcessor) {
		return new AbsentListenersCheck(postProcessor);
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerConfiguration redisBrokerListenerConfiguration(RedisBrokerProperties properties,
			WrittenListenerProperties written, ObjectProvider<ListenerCustomizer> customizers) {
		return new PropertiesListenerConfiguration(properties, written, customizers.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnThreading(Threading.PLATFORM)
	WorkerExecutors redisBrokerPlatformThreadExecutors() {
		return WorkerExecutors.platformThreads();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnThreading(Threading.VIRTUAL)
	WorkerExecutors redisBrokerVirtualThreadExecutors() {
		return WorkerExecutors.virtualThreads();
	}

	@Bean
	@ConditionalOnMissingBean
	BrokerObservations redisBrokerObservations(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<BrokerSendObservationConvention> sendConvention,
			ObjectProvider<BrokerReceiveObservationConvention> receiveConvention) {
		return new BrokerObservations(registry.getIfUnique(() -> ObservationRegistry.NOOP),
				sendConvention.getIfUnique(), receiveConvention.getIfUnique());
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerRuntime redisBrokerListenerRuntime(WorkerExecutors executors, ObjectProvider<BrokerEvents> events,
			BrokerObservations observations, ObjectProvider<ListenerInterceptor> interceptors,
			ObjectProvider<ListenerErrorHandler> errorHandlers) {
		return new ListenerRuntime(executors, BrokerEvents.composite(events.orderedStream().toList()), observations,
				new ListenerAdvice(interceptors.orderedStream().toList(), errorHandlers.orderedStream().toList()));
	}

	@Bean
	@ConditionalOnMissingBean
	StreamRetentions redisBrokerStreamRetentions(RedisBrokerProperties properties,
			ObjectProvider<StreamRetention> retentions, Environment environment) {
		return new StreamRetentions(properties.requiredKeyPrefix(),
				PropertiesStreamRetentions.of(properties.getStreams(), retentions.orderedStream(), environment));
	}

	@Bean
	@ConditionalOnMissingBean
	StreamTransport redisBrokerStreamTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime,
			StreamRetentions retentions, ListenerConfiguration configuration, Environment environment) {
		return new StreamTransport(connections, pubSub, runtime, instance(environment), retentions, configuration);
	}

	@Bean
	@ConditionalOnMissingBean
	QueueTransport redisBrokerQueueTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime,
			ListenerConfiguration configuration, Environment environment) {
		return new QueueTransport(connections, pubSub, runtime, instance(environment), configuration);
	}

	private static String instance(Environment environment) {
		return InstanceName.of(environment.getProperty("spring.application.name", "application"));
	}

	@Bean
	@ConditionalOnMissingBean
	ChannelTransport redisBrokerChannelTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime,
			ListenerConfiguration configuration) {
		return new ChannelTransport(connections, pubSub, runtime, configuration);
	}

	@Bean
	@ConditionalOnMissingBean
	DefaultListenerRegistry redisBrokerListenerRegistry(ObjectProvider<Transport> transports, RedisDirectory directory,
			LifecycleProperties lifecycle, RedisBrokerProperties properties) {
		// a tenth is left for removing the consumers when the listeners have ended
		Duration timeout = lifecycle.getTimeoutPerShutdownPhase().multipliedBy(9).dividedBy(10);
		return new DefaultListenerRegistry(transports.orderedStream().toList(), directory, timeout,
				properties.isFailFast());
	}

	@Bean
	@ConditionalOnMissingBean
	StreamHousekeeping redisBrokerStreamHousekeeping(RedisDirectory directory, ListenerRuntime runtime,
			StreamRetentions retentions, ListenerRegistry registry) {
		return new StreamHousekeeping(directory, runtime.events(), retentions, registry);
	}

	@Bean
	@ConditionalOnMissingBean
	DeadLetters redisBrokerDeadLetters(RedisDirectory directory, PayloadCodec codec, ListenerRuntime runtime,
			DefaultListenerRegistry registry) {
		return new RedisDeadLetters(directory, codec, runtime.timer(), registry::deadLetterSources, registry::redrive);
	}

	@Bean
	@ConditionalOnMissingBean
	Sources redisBrokerSources(DefaultListenerRegistry registry) {
		return new RegisteredSources(registry);
	}

	@Bean
	@ConditionalOnMissingBean
	RedisBroker redisBroker(RedisDirectory directory, PayloadCodec codec, RedisBrokerProperties properties,
			BrokerObservations observations) {
		return new DefaultRedisBroker(directory, codec, properties.requiredKeyPrefix(), observations);
	}

}
