package io.redisbroker.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a JUnit Jupiter test class a Redis of its own. It is started before the first
 * test that can use it, shared with {@code @Nested} classes (unless they carry the
 * annotation themselves), and closed after the last. Ask for it with a parameter of type
 * {@link RedisServer}, {@link RedisSentinel}, {@link RedisCluster} or
 * {@link RedisDeployment} in a constructor, a test or a lifecycle method:
 * <pre class="code">
 * &#64;WithRedis(persistent = true)
 * class OrderTests {
 *
 *     &#64;Test
 *     void survivesARestart(RedisServer redis) {
 *         redis.commands().set("key", "value");
 *         redis.kill();
 *         redis.restart();
 *         assertThat(redis.commands().get("key")).isEqualTo("value");
 *     }
 *
 * }
 * </pre>
 * <p>
 * Before each test (and before its {@code @BeforeEach} methods) servers that an earlier
 * test left killed or frozen are brought back, and all data is removed. Tests that run in
 * parallel should therefore not share a class.
 * <p>
 * Which Redis is run is not up to the class but to the system property
 * {@code redis-broker.test.redis}: {@code binary} (the default: an embedded Redis 7.0),
 * {@code path:/some/redis-server} or {@code docker:redis:8.2}. A server that cannot be
 * run fails the tests, it does not skip them.
 * <p>
 * In a test with an application context, such as a {@code @SpringBootTest}, the context
 * connects to this Redis instead of the one of {@code spring.data.redis.*}, has it as a
 * bean, and is closed before it. Such a test can't have servers per method.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(RedisExtension.class)
public @interface WithRedis {

	/**
	 * How Redis is set up.
	 * @return the topology
	 */
	RedisTopology topology() default RedisTopology.STANDALONE;

	/**
	 * How many primaries a cluster has.
	 * @return number of primaries
	 */
	int primaries() default 3;

	/**
	 * How many replicas each primary of a cluster has, or the primary behind Sentinels.
	 * @return number of replicas
	 */
	int replicas() default 1;

	/**
	 * Lines of {@code redis.conf} for the servers that hold data, such as
	 * {@code "maxmemory 100mb"}.
	 * @return directives, each with its value
	 * @see RedisBuilder#option(String, String)
	 */
	String[] options() default {};

	/**
	 * Whether data survives a restart, through an append-only file.
	 * @return whether to persist
	 * @see RedisBuilder#persistent(boolean)
	 */
	boolean persistent() default false;

	/**
	 * Password that clients need; empty for none.
	 * @return the password
	 */
	String password() default "";

	/**
	 * Whether every test gets servers of its own, in place of the class.
	 * @return whether to start servers per test
	 */
	boolean perMethod() default false;

	/**
	 * Whether all data is removed before each test.
	 * @return whether to flush
	 */
	boolean flush() default true;

}
