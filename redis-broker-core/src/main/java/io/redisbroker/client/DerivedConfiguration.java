package io.redisbroker.client;

import java.time.Duration;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.ClientResources;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * The application's client configuration with options and resources of our own. Reads go
 * to the primary, against the application's preference: the pending lists of a lagging
 * replica are out of date.
 */
record DerivedConfiguration(LettuceClientConfiguration original, ClientOptions options,
		ClientResources resources) implements LettuceClientConfiguration {

	@Override
	public boolean isUseSsl() {
		return this.original.isUseSsl();
	}

	@Override
	@SuppressWarnings({ "deprecation", "removal" })
	public boolean isVerifyPeer() {
		return this.original.isVerifyPeer();
	}

	@Override
	public SslVerifyMode getVerifyMode() {
		return this.original.getVerifyMode();
	}

	@Override
	public boolean isStartTls() {
		return this.original.isStartTls();
	}

	@Override
	public Optional<ClientResources> getClientResources() {
		return Optional.of(this.resources);
	}

	@Override
	public Optional<ClientOptions> getClientOptions() {
		return Optional.of(this.options);
	}

	@Override
	public Optional<String> getClientName() {
		return this.original.getClientName();
	}

	@Override
	public Optional<ReadFrom> getReadFrom() {
		return Optional.empty();
	}

	@Override
	public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
		return this.original.getRedisCredentialsProviderFactory();
	}

	@Override
	public Duration getCommandTimeout() {
		return this.original.getCommandTimeout();
	}

	@Override
	public Duration getShutdownTimeout() {
		return this.original.getShutdownTimeout();
	}

	@Override
	public Duration getShutdownQuietPeriod() {
		return this.original.getShutdownQuietPeriod();
	}

}
