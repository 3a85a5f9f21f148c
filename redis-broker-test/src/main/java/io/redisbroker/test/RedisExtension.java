package io.redisbroker.test;

import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Implements {@link WithRedis}. The store of JUnit closes the servers.
 */
class RedisExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);

	@Override
	public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
		return ExtensionContextScope.TEST_METHOD;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		if (!annotation(context).perMethod()) {
			deployment(context);
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		RedisDeployment deployment = deployment(context);
		deployment.heal();
		if (annotation(context).flush()) {
			deployment.flushAll();
		}
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return RedisDeployment.class.isAssignableFrom(parameter.getParameter().getType()) && !isOfSpring(parameter);
	}

	/** Such as {@code @Autowired}: then the parameter is a bean. */
	private static boolean isOfSpring(ParameterContext parameter) {
		return Arrays.stream(parameter.getParameter().getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().startsWith("org.springframework."));
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		Class<?> type = parameter.getParameter().getType();
		WithRedis annotation = annotation(context);
		if (annotation.perMethod() && context.getTestMethod().isEmpty()) {
			throw new ParameterResolutionException("With perMethod = true there is no Redis for the whole class that "
					+ parameter.getDeclaringExecutable() + " could have");
		}
		RedisDeployment deployment = deployment(context);
		if (!type.isInstance(deployment)) {
			throw new ParameterResolutionException("The topology is " + annotation.topology() + ": the parameter of "
					+ parameter.getDeclaringExecutable() + " must be a " + deployment.getClass().getSimpleName()
					+ ", not a " + type.getSimpleName());
		}
		return deployment;
	}

	private static RedisDeployment deployment(ExtensionContext context) {
		WithRedis annotation = annotation(context);
		if (annotation.perMethod()) {
			return context.getStore(NAMESPACE)
				.computeIfAbsent(context.getUniqueId(), (id) -> start(annotation), RedisDeployment.class);
		}
		ExtensionContext owner = outermost(context);
		return owner.getStore(NAMESPACE)
			.computeIfAbsent(owner.getUniqueId(), (id) -> Deployments.of(declaring(context)), Deployments.Shared.class)
			.deployment();
	}

	static RedisDeployment start(WithRedis annotation) {
		return switch (annotation.topology()) {
			case STANDALONE -> configure(RedisServer.builder(), annotation).start();
			case SENTINEL -> configure(RedisSentinel.builder(), annotation).replicas(annotation.replicas()).start();
			case CLUSTER -> configure(RedisCluster.builder(), annotation).primaries(annotation.primaries())
				.replicasPerPrimary(annotation.replicas())
				.start();
		};
	}

	private static <B extends RedisBuilder<B>> B configure(B builder, WithRedis annotation) {
		for (String option : annotation.options()) {
			String[] parts = option.strip().split("\\s+", 2);
			builder.option(parts[0], (parts.length == 2) ? parts[1] : "");
		}
		if (!annotation.password().isEmpty()) {
			builder.password(annotation.password());
		}
		return builder.persistent(annotation.persistent());
	}

	// The class that carries the annotation, not the nested one that inherits it
	private static ExtensionContext outermost(ExtensionContext context) {
		Class<?> declaring = declaring(context);
		ExtensionContext owner = context;
		for (Optional<ExtensionContext> parent = Optional.of(context); parent
			.isPresent(); parent = parent.get().getParent()) {
			if (parent.get().getTestClass().filter(declaring::equals).isPresent()) {
				owner = parent.get();
			}
		}
		return owner;
	}

	private static WithRedis annotation(ExtensionContext context) {
		return Deployments.annotation(declaring(context));
	}

	private static Class<?> declaring(ExtensionContext context) {
		Class<?> candidate = Deployments.annotated(context.getRequiredTestClass());
		if (candidate == null) {
			throw new IllegalStateException(
					context.getRequiredTestClass().getName() + " has the extension but not @WithRedis");
		}
		return candidate;
	}

}
