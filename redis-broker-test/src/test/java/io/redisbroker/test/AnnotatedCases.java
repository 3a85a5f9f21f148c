package io.redisbroker.test;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Test classes that are run by {@link WithRedisIntegrationTests}, some of them to fail.
 */
final class AnnotatedCases {

	static final List<RedisServer> seen = new ArrayList<>();

	private AnnotatedCases() {
	}

	@WithRedis
	static class Shared {

		@RepeatedTest(2)
		void startsEmpty(RedisServer redis) {
			assertThat(redis.commands().dbsize()).isZero();
			redis.commands().set("key", "value");
			seen.add(redis);
		}

		@Nested
		class Inner {

			@Test
			void startsEmpty(RedisServer redis) {
				Shared.this.startsEmpty(redis);
			}

		}

	}

	static class Subclass extends Shared {

	}

	@WithRedis(perMethod = true)
	static class PerMethod {

		private final RedisServer injected;

		PerMethod(RedisServer injected) {
			this.injected = injected;
		}

		@RepeatedTest(2)
		void hasItsOwn(RedisServer redis) {
			assertThat(redis).isSameAs(this.injected);
			seen.add(redis);
		}

	}

	@WithRedis(flush = false)
	static class NoFlush {

		private static int count;

		@RepeatedTest(3)
		void counts(RedisServer redis) {
			assertThat(redis.commands().incr("count")).isEqualTo(++count);
		}

	}

	@WithRedis
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	static class InstancePerClass {

		private final RedisServer injected;

		InstancePerClass(RedisServer injected) {
			this.injected = injected;
		}

		@RepeatedTest(2)
		void hasIt(RedisServer redis) {
			assertThat(redis).isSameAs(this.injected).matches(RedisServer::isRunning);
		}

	}

	@WithRedis
	static class WrongType {

		@Test
		void wantsACluster(RedisCluster cluster) {
		}

	}

	@WithRedis(perMethod = true)
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	static class PerMethodForTheClass {

		PerMethodForTheClass(RedisServer redis) {
		}

		@Test
		void isNotReached() {
		}

	}

	@WithRedis(options = "no-such-directive 1")
	static class BadOption {

		@Test
		void isNotReached() {
		}

	}

}
