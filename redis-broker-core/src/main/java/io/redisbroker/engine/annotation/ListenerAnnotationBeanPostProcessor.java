package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.util.Assert;

/**
 * Registers a listener for each listener annotation on a bean, once all singletons exist,
 * and unregisters it when the bean is destroyed. Calls go through the proxy that other
 * beans get, be it one for transactions or one for a scope.
 * <p>
 * In a child context the listeners are registered where the parent has its registry. They
 * start and stop with the child.
 */
public class ListenerAnnotationBeanPostProcessor implements SmartInstantiationAwareBeanPostProcessor,
		DestructionAwareBeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(ListenerAnnotationBeanPostProcessor.class);

	private final AnnotatedMethods methods = new AnnotatedMethods();

	private final List<Found> found = new ArrayList<>();

	/** Early references to beans in a circle of dependencies, by bean name. */
	private final Map<String, Object> earlyReferences = new ConcurrentHashMap<>();

	/** Scoped beans that are listened on through their proxies. */
	private final Set<String> scopedBeans = ConcurrentHashMap.newKeySet();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private final ChildListeners childListeners = new ChildListeners();

	private volatile @Nullable DefaultListenerRegistry registry;

	private boolean singletonsReady;

	/** Whether the registry belongs to a parent context. */
	private volatile boolean child;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory);
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	/**
	 * Tells whether a type has annotated listeners.
	 * @param type the type
	 * @return whether it has
	 */
	public static boolean hasListeners(Class<?> type) {
		return AnnotatedMethods.areIn(type);
	}

	/**
	 * Tells whether a bean may have annotated listeners. A bean that is declared by an
	 * interface may.
	 * @param definition how the bean is defined
	 * @param type its type, as far as known
	 * @return whether it may
	 */
	public static boolean mayHaveListeners(BeanDefinition definition, @Nullable Class<?> type) {
		return ListenerBeans.mayHaveListeners(definition, type);
	}

	/**
	 * Tells whether an endpoint comes from an annotation.
	 * @param endpoint the endpoint
	 * @return whether it does, or was registered in code
	 */
	public static boolean isAnnotated(ListenerEndpoint endpoint) {
		return endpoint.handler() instanceof ListenerMethod;
	}

	/** After the post-processors that make proxies, which are ordered. */
	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		if (!this.methods.of(AopProxyUtils.ultimateTargetClass(bean)).isEmpty()) {
			this.earlyReferences.put(beanName, bean);
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Object early = this.earlyReferences.remove(beanName);
		if (bean instanceof ScopedObject) {
			findScoped(bean, beanName, factory().getType(ScopedProxyUtils.getTargetBeanName(beanName)));
		}
		else if (ScopedProxyUtils.isScopedTarget(beanName) && factory().containsBean(originalName(beanName))) {
			if (!this.methods.of(AopProxyUtils.ultimateTargetClass(bean)).isEmpty()) {
				String original = originalName(beanName);
				findScoped(factory().getBean(original), original, AopProxyUtils.ultimateTargetClass(bean));
			}
		}
		else if (!(bean instanceof AopInfrastructureBean)) {
			findUnscoped((early != null) ? early : bean, beanName, AopProxyUtils.ultimateTargetClass(bean));
		}
		return bean;
	}

	private static String originalName(String scopedTarget) {
		return ScopedProxyUtils.getOriginalBeanName(scopedTarget);
	}

	/** The proxy looks up the bean of the scope at each call. */
	private void findScoped(Object proxy, String beanName, @Nullable Class<?> type) {
		if (type == null || this.methods.of(type).isEmpty()) {
			return;
		}
		BeanDefinition target = factory().getMergedBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
		ListenerBeans.refuseScopesOfTheWeb(beanName, target.getScope(), type);
		if (this.scopedBeans.add(beanName)) {
			find(proxy, beanName, type);
		}
	}

	private void findUnscoped(Object bean, String beanName, Class<?> type) {
		if (!this.methods.of(type).isEmpty() && factory().containsBeanDefinition(beanName)) {
			ListenerBeans.refuseScopesOfTheWeb(beanName, factory().getMergedBeanDefinition(beanName).getScope(), type);
		}
		find(bean, beanName, type);
	}

	private void find(Object bean, String beanName, Class<?> type) {
		this.methods.of(type).forEach((method, annotations) -> {
			Method invocable = invocable(method, bean, beanName);
			annotations.forEach((annotation) -> add(new Found(bean, beanName, invocable, annotation)));
		});
	}

	private static Method invocable(Method method, Object bean, String beanName) {
		try {
			return AopUtils.selectInvocableMethod(method, bean.getClass());
		}
		catch (IllegalStateException ex) {
			throw new BrokerConfigurationException(
					"Listener method " + method.getDeclaringClass().getName() + "." + method.getName()
							+ " can't be called through the proxy of bean '" + beanName + "'",
					"Make it visible: in an interface of the bean, or not private where the proxy is a subclass. "
							+ ex.getMessage());
		}
	}

	private void add(Found listener) {
		synchronized (this.found) {
			if (!this.singletonsReady) {
				this.found.add(listener);
				return;
			}
		}
		register(listener);
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.child = factory().getBeanNamesForType(DefaultListenerRegistry.class, true, false).length == 0;
		List<Found> early;
		synchronized (this.found) {
			this.singletonsReady = true;
			early = List.copyOf(this.found);
			this.found.clear();
		}
		early.forEach(this::register);
		new ListenerBeans(factory()).createMissing();
	}

	private void register(Found listener) {
		warnOfAsynchronousResult(listener.method());
		DefaultListenerRegistry registry = factory().getBean(DefaultListenerRegistry.class);
		this.registry = registry;
		ListenerContainer container = register(listener, reader(listener.annotation().annotationType()), registry);
		if (this.child) {
			this.childListeners.add(container, registry);
		}
		else {
			registry.startIfDue(container);
		}
	}

	private <A extends Annotation> ListenerContainer register(Found listener, ListenerAnnotationReader<A> reader,
			DefaultListenerRegistry registry) {
		A annotation = reader.type().cast(listener.annotation());
		AttributeResolver attributes = new AttributeResolver(factory(), listener.bean());
		String annotated = "@" + reader.type().getSimpleName() + " on "
				+ listener.method().getDeclaringClass().getName() + "." + listener.method().getName();
		String ownId;
		try {
			ownId = attributes.text(reader.id(annotation));
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in(annotated);
		}
		// so that an id is still free when it is used
		synchronized (registry) {
			String id = Objects.requireNonNullElseGet(ownId, () -> generateId(listener, registry));
			ConfiguredAnnotations configured = new ConfiguredAnnotations(overrides());
			try {
				return registry.add(reader.read(configured.configure(annotation, id), id, listener.bean(),
						listener.method(), attributes));
			}
			catch (BrokerConfigurationException ex) {
				throw configured.locate(ex, annotated, id);
			}
		}
	}

	private static String generateId(Found listener, DefaultListenerRegistry registry) {
		String base = listener.beanName() + "." + listener.method().getName();
		String id = base;
		for (int number = 2; registry.container(id).isPresent(); number++) {
			id = base + "-" + number;
		}
		return id;
	}

	private ListenerOverrides overrides() {
		return factory().getBeanProvider(ListenerOverrides.class).getIfAvailable(() -> ListenerOverrides.NONE);
	}

	/**
	 * Looks for listeners that the configuration names and the application does not have:
	 * a typo, or a listener that is left out. To be called when all listeners are
	 * registered that come with the application, in code too.
	 * @throws BrokerConfigurationException when there are such, and the configuration
	 * {@linkplain ListenerOverrides#requireListeners() says} that the application is to
	 * fail then
	 */
	public void checkAbsentListeners() {
		ListenerOverrides overrides = overrides();
		if (overrides.listenerIds().isEmpty()) {
			return;
		}
		Set<String> known = new TreeSet<>();
		factory().getBeanProvider(DefaultListenerRegistry.class)
			.forEach((registry) -> registry.containers().forEach((each) -> known.add(each.endpoint().id())));
		if (!known.containsAll(overrides.listenerIds())) {
			known.addAll(new ListenerBeans(factory()).idsToCome());
			new ConfiguredAnnotations(overrides).check(known);
		}
	}

	private ListenerAnnotationReader<?> reader(Class<?> annotation) {
		return factory().getBeanProvider(ListenerAnnotationReader.class)
			.stream()
			.filter((reader) -> reader.type() == annotation)
			.findFirst()
			.orElseThrow(() -> new BrokerConfigurationException(
					"Nothing reads @" + annotation.getSimpleName() + " annotations",
					"Leave the beans of type ListenerAnnotationReader to auto-configuration."));
	}

	@Override
	public boolean requiresDestruction(Object bean) {
		return !this.methods.of(AopProxyUtils.ultimateTargetClass(bean)).isEmpty();
	}

	/**
	 * Lets running calls end, and begins no other. A bean that is destroyed in a call of
	 * its own listener does not wait for that listener.
	 */
	@Override
	public void postProcessBeforeDestruction(Object bean, String beanName) {
		DefaultListenerRegistry registered = this.registry;
		if (registered == null) {
			return;
		}
		List<CompletableFuture<?>> others = new ArrayList<>();
		for (ListenerContainer container : registered.containers()) {
			ListenerEndpoint endpoint = container.endpoint();
			if (endpoint.handler() instanceof ListenerMethod method && method.isOf(bean)) {
				CompletableFuture<?> unregistered = registered.unregister(endpoint.id());
				if (!method.isCalling()) {
					others.add(unregistered);
				}
			}
		}
		CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).join();
	}

	boolean isOf(BeanFactory beanFactory) {
		return this.beanFactory == beanFactory;
	}

	/** Returns the listeners of this context in the registry of a parent. */
	ChildListeners childListeners() {
		return this.childListeners;
	}

	private static void warnOfAsynchronousResult(Method method) {
		Class<?> result = method.getReturnType();
		if (CompletionStage.class.isAssignableFrom(result) || Future.class.isAssignableFrom(result)
				|| Callable.class.isAssignableFrom(result)) {
			logger.warn(
					"{} returns a {}, for which redis-broker does not wait: a message counts as handled when the method returns. "
							+ "Wait in the method, or acknowledge by hand with ackMode MANUAL",
					method, result.getSimpleName());
		}
	}

	private ConfigurableListableBeanFactory factory() {
		Assert.state(this.beanFactory != null, "No bean factory");
		return this.beanFactory;
	}

	private record Found(Object bean, String beanName, Method method, Annotation annotation) {
	}

}
