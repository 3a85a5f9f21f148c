package io.redisbroker.autoconfigure;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * The program of a test: an application without a web server. Without a group there is
 * nothing to renew or reclaim either, so that no timer runs.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, RedisBrokerAutoConfiguration.class })
class OnlyListens {

	static final String MAIN_RETURNED = "main returns";

	static final String HANDLED = "handled ";

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(OnlyListens.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.run(args);
		System.out.println(MAIN_RETURNED);
	}

	@StreamListener(streams = "orders", ackMode = AckMode.NONE)
	void listen(String order) {
		System.out.println(HANDLED + order);
	}

}
