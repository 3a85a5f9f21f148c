package io.redisbroker.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The deployments of test classes that share a Redis among their tests, so that JUnit and
 * Spring find the same one, in any order. Thread-safe.
 */
final class Deployments {

	private static final Map<Class<?>, Shared> running = new HashMap<>();

	private static final Map<Class<?>, Integer> generations = new HashMap<>();

	private Deployments() {
	}

	/** The class that carries the annotation: the class itself, or one around it. */
	static @Nullable Class<?> annotated(Class<?> testClass) {
		Class<?> candidate = testClass;
		while (candidate != null && !AnnotationSupport.isAnnotated(candidate, WithRedis.class)) {
			candidate = candidate.getEnclosingClass();
		}
		return candidate;
	}

	static WithRedis annotation(Class<?> annotated) {
		return AnnotationSupport.findAnnotation(annotated, WithRedis.class).orElseThrow();
	}

	/**
	 * Returns the deployment of a class, and starts it if none runs.
	 * @param annotated the class with the annotation
	 * @return the same until it is closed
	 */
	static synchronized Shared of(Class<?> annotated) {
		return running.computeIfAbsent(annotated,
				(type) -> new Shared(type, RedisExtension.start(annotation(type)), new ArrayList<>()));
	}

	/** Tells one Redis of a class from the next. */
	static synchronized int generation(Class<?> annotated) {
		return generations.getOrDefault(annotated, 0);
	}

	private static synchronized void ended(Class<?> annotated) {
		running.remove(annotated);
		generations.merge(annotated, 1, Integer::sum);
	}

	/**
	 * A Redis, and its users, which end before it.
	 *
	 * @param annotated the class that it runs for
	 * @param deployment the Redis
	 * @param users end before the Redis
	 */
	record Shared(Class<?> annotated, RedisDeployment deployment, List<Runnable> users) implements AutoCloseable {

		synchronized void closeBefore(Runnable user) {
			this.users.add(user);
		}

		@Override
		public synchronized void close() {
			ended(this.annotated);
			try {
				this.users.forEach(Runnable::run);
			}
			finally {
				this.deployment.close();
			}
		}

	}

}
