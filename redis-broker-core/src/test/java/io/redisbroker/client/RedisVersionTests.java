package io.redisbroker.client;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RedisVersion}.
 */
class RedisVersionTests {

	@ParameterizedTest
	@CsvSource({ "5.0.14, false", "6.0.16, false", "6.2.21, false", "7.0.0, true", "7.0-rc1, true", "7.2.4, true",
			"10.0.1, true", "255.255.255, true" })
	void from70OnEveryOneIsSupported(String version, boolean supported) {
		assertThat(RedisVersion.parse(version)).get().extracting(RedisVersion::isSupported).isEqualTo(supported);
	}

	@Test
	void isReadFromWhatRedisTells() {
		assertThat(RedisVersion.fromInfo("# Server\r\nredis_version:6.2.11\r\nredis_git_sha1:00000000\r\n")).get()
			.hasToString("6.2.11");
	}

	/** Its own version is no version of Redis. */
	@Test
	void ofValkeyIsTheOneThatItIsCompatibleWith() {
		assertThat(RedisVersion.fromInfo("""
				# Server\r
				valkey_version:1.0.0\r
				server_name:valkey\r
				redis_version:7.2.4\r
				""")).get().hasToString("7.2.4");
	}

	@ParameterizedTest
	@CsvSource({ "''", "unknown", "df-v1.2.3", "v6" })
	void isUnknownWhereItIsOfAnotherForm(String text) {
		assertThat(RedisVersion.parse(text)).isEmpty();
		assertThat(RedisVersion.fromInfo("redis_version:" + text)).isEmpty();
	}

}
