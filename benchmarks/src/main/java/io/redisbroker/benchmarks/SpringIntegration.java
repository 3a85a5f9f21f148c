package io.redisbroker.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.redis.inbound.RedisInboundChannelAdapter;
import org.springframework.integration.redis.inbound.RedisQueueMessageDrivenEndpoint;

/**
 * Spring Integration's adapters for lists and for channels with a direct channel, as its
 * reference documentation shows.
 */
final class SpringIntegration implements Contestant {

	private final ConfigurableApplicationContext application;

	private final AtomicInteger beans = new AtomicInteger();

	SpringIntegration(RedisURI uri) {
		this(uri, Application.WITHOUT_OURS);
	}

	private SpringIntegration(RedisURI uri, String... properties) {
		this.application = Application.start(uri, Integration.class, properties);
	}

	/** With connections from a pool. */
	static SpringIntegration tuned(RedisURI uri) {
		return new SpringIntegration(uri, Application.WITHOUT_OURS, Application.POOLED);
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		RedisConnectionFactory connections = this.application.getBean(RedisConnectionFactory.class);
		return switch (source.kind()) {
			case QUEUE_AT_MOST_ONCE, QUEUE -> {
				RedisQueueMessageDrivenEndpoint endpoint = new RedisQueueMessageDrivenEndpoint(source.name(),
						connections);
				endpoint.setSerializer(new JacksonJsonRedisSerializer<>(Order.JSON, Order.class));
				yield start(endpoint, handler);
			}
			case CHANNEL -> {
				RedisInboundChannelAdapter adapter = new RedisInboundChannelAdapter(connections);
				adapter.setTopics(source.name());
				adapter.setSerializer(new JacksonJsonRedisSerializer<>(Order.JSON, Order.class));
				yield start(adapter, handler);
			}
			case STREAM -> Contestant.super.listen(source, handler);
		};
	}

	private AutoCloseable start(MessageProducerSupport endpoint, Consumer<Order> handler) {
		DirectChannel channel = initialized(new DirectChannel());
		channel.subscribe((message) -> handler.accept((Order) message.getPayload()));
		endpoint.setOutputChannel(channel);
		initialized(endpoint).start();
		return endpoint::stop;
	}

	@SuppressWarnings("unchecked")
	private <T> T initialized(T bean) {
		return (T) this.application.getAutowireCapableBeanFactory()
			.initializeBean(bean, "bean-" + this.beans.incrementAndGet());
	}

	@Override
	public void close() {
		this.application.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class Integration {

	}

}
