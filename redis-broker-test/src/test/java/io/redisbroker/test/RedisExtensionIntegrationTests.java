package io.redisbroker.test;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WithRedis} on a single server.
 */
@WithRedis(options = { "maxmemory 100mb", "hz 42" }, persistent = true, password = "secret")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisExtensionIntegrationTests {

	private static RedisServer first;

	private final RedisServer injected;

	RedisExtensionIntegrationTests(RedisServer injected) {
		this.injected = injected;
	}

	@BeforeAll
	static void takesAParameterBeforeAll(RedisServer redis) {
		first = redis;
	}

	@BeforeEach
	void isEmptyBeforeEach(RedisServer redis) {
		assertThat(redis.commands().dbsize()).isZero();
		redis.commands().set("from", "before each");
	}

	@AfterAll
	static void takesAParameterAfterAll(RedisServer redis) {
		assertThat(redis).isSameAs(first);
	}

	@Test
	@Order(1)
	void sharesOneServer(RedisServer redis, RedisDeployment deployment) {
		assertThat(redis).isSameAs(first).isSameAs(deployment).isSameAs(this.injected);
	}

	@Test
	@Order(2)
	void appliesTheSettings(RedisServer redis) {
		assertThat(redis.commands().configGet("maxmemory")).containsEntry("maxmemory", "104857600");
		assertThat(redis.commands().configGet("hz")).containsEntry("hz", "42");
		assertThat(redis.commands().configGet("appendonly")).containsEntry("appendonly", "yes");
		assertThat(redis.springProperties()).containsEntry("spring.data.redis.password", "secret");
	}

	@Test
	@Order(3)
	void keepsWhatBeforeEachWrote(RedisServer redis) {
		assertThat(redis.commands().get("from")).isEqualTo("before each");
		redis.freeze();
	}

	@Test
	@Order(4)
	void bringsBackAFrozenServer(RedisServer redis) {
		assertThat(redis.isFrozen()).isFalse();
		redis.kill();
	}

	@Test
	@Order(5)
	void bringsBackAKilledServer(RedisServer redis) {
		assertThat(redis.isRunning()).isTrue();
	}

	@Nested
	class InANestedClass {

		@Test
		void sharesTheServerOfTheOuterClass(RedisServer redis) {
			assertThat(redis).isSameAs(first);
		}

	}

	@Nested
	@WithRedis
	class WithAnAnnotationOfItsOwn {

		@Test
		void hasAServerOfItsOwn(RedisServer redis) {
			assertThat(redis).isNotSameAs(first);
			assertThat(redis.commands().configGet("appendonly")).containsEntry("appendonly", "no");
		}

	}

}
