package io.redisbroker.test.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the Redis that starts with the application.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("redis-broker.embedded")
public class EmbeddedRedisProperties {

	/**
	 * Whether to start a Redis with the application and use it in place of the one that
	 * spring.data.redis.* names, unless that stands in a stronger place, such as an
	 * environment variable. Its data is gone when the application ends.
	 */
	private boolean enabled;

	/**
	 * Port to listen on, on 127.0.0.1. With 0 any free one is taken and logged.
	 */
	private int port;

	/**
	 * Which Redis to run: binary (Redis 7.0 for Linux and macOS), path:... (a
	 * redis-server or valkey-server on this machine) or docker:... (an image). The system
	 * property redis-broker.test.redis is used if this is not set, and binary if neither
	 * is.
	 */
	private @Nullable String redis;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public int getPort() {
		return this.port;
	}

	public void setPort(int port) {
		if (port < 0 || port > 65535) {
			throw new IllegalArgumentException("Port " + port + " does not exist: use 0 to 65535");
		}
		this.port = port;
	}

	public @Nullable String getRedis() {
		return this.redis;
	}

	public void setRedis(@Nullable String redis) {
		this.redis = redis;
	}

}
