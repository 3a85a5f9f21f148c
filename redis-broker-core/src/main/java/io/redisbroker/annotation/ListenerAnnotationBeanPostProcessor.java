package io.redisbroker.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.listener.BrokerConfigurationException;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Finds the listener annotations on beans and registers an endpoint for each, once all
 * singletons exist.
 *
 * @since 0.1.0
 */
public class ListenerAnnotationBeanPostProcessor
		implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(ListenerAnnotationBeanPostProcessor.class);

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(StreamListener.class,
			QueueListener.class, ChannelListener.class);

	private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();

	private final List<Found> found = new ArrayList<>();

	private final Set<String> annotatedIds = ConcurrentHashMap.newKeySet();

	private final Map<String, Integer> generatedIds = new HashMap<>();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private boolean singletonsReady;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory);
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof AopInfrastructureBean) {
			return bean;
		}
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		if (this.withoutListeners.contains(type) || !AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
			return bean;
		}
		Map<Method, Set<Annotation>> methods = listenerMethods(type);
		if (methods.isEmpty()) {
			this.withoutListeners.add(type);
		}
		// in an order that does not depend on the JVM, as generated ids may tell it
		methods.keySet().stream().sorted(Comparator.comparing(Method::toGenericString)).forEach((method) -> {
			Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
			methods.getOrDefault(method, Set.of())
				.forEach((annotation) -> add(new Found(bean, beanName, invocable, annotation)));
		});
		return bean;
	}

	/**
	 * Tells whether a type has annotated listeners.
	 * @param type the type
	 * @return whether it has
	 */
	public static boolean hasListeners(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, ANNOTATIONS)
				&& !listenerMethods(ClassUtils.getUserClass(type)).isEmpty();
	}

	private static Map<Method, Set<Annotation>> listenerMethods(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<Set<Annotation>>) ListenerAnnotationBeanPostProcessor::annotationsOn);
	}

	private static @Nullable Set<Annotation> annotationsOn(Method method) {
		MergedAnnotations all = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		Set<Annotation> annotations = new LinkedHashSet<>();
		for (Class<? extends Annotation> type : ANNOTATIONS) {
			if (all.isPresent(type)) {
				all.stream(type).map(MergedAnnotation::synthesize).forEach(annotations::add);
			}
		}
		return annotations.isEmpty() ? null : annotations;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<Found> early;
		synchronized (this.found) {
			this.singletonsReady = true;
			early = List.copyOf(this.found);
			this.found.clear();
		}
		early.forEach(this::register);
		checkOverrides();
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

	private void register(Found listener) {
		Assert.state(this.beanFactory != null, "No bean factory");
		warnOfAsynchronousResult(listener.method());
		register(listener, reader(this.beanFactory, listener.annotation().annotationType()),
				new AttributeResolver(this.beanFactory), this.beanFactory.getBean(ListenerRegistry.class));
	}

	private <A extends Annotation> void register(Found listener, ListenerAnnotationReader<A> reader,
			AttributeResolver attributes, ListenerRegistry registry) {
		A annotation = reader.type().cast(listener.annotation());
		String annotated = "@" + reader.type().getSimpleName() + " on "
				+ listener.method().getDeclaringClass().getName() + "." + listener.method().getName();
		String id;
		try {
			id = Objects.requireNonNullElseGet(attributes.text(reader.id(annotation)), () -> generateId(listener));
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in(annotated);
		}
		this.annotatedIds.add(id);
		ConfiguredAnnotations configured = new ConfiguredAnnotations(overrides());
		try {
			registry.register(reader.read(configured.configure(annotation, id), id, listener.bean(), listener.method(),
					attributes));
		}
		catch (BrokerConfigurationException ex) {
			throw configured.locate(ex, annotated, id);
		}
	}

	private ListenerOverrides overrides() {
		Assert.state(this.beanFactory != null, "No bean factory");
		return this.beanFactory.getBeanProvider(ListenerOverrides.class).getIfAvailable(() -> ListenerOverrides.NONE);
	}

	private void checkOverrides() {
		Assert.state(this.beanFactory != null, "No bean factory");
		ListenerOverrides overrides = overrides();
		if (this.annotatedIds.containsAll(overrides.listenerIds())) {
			return;
		}
		this.annotatedIds.addAll(idsOfBeansToCome(this.beanFactory));
		ObjectProvider<ListenerRegistry> registry = this.beanFactory.getBeanProvider(ListenerRegistry.class);
		new ConfiguredAnnotations(overrides).check(this.annotatedIds,
				(id) -> registry.stream().anyMatch((each) -> each.container(id).isPresent()));
	}

	/** A lazy bean's listeners exist only when the bean does. */
	private static Set<String> idsOfBeansToCome(ConfigurableListableBeanFactory beanFactory) {
		AttributeResolver attributes = new AttributeResolver(beanFactory);
		Set<String> ids = new HashSet<>();
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			Class<?> type = beanFactory.containsSingleton(beanName) ? null : beanFactory.getType(beanName, false);
			if (type != null && AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
				listenerMethods(ClassUtils.getUserClass(type)).forEach((method,
						annotations) -> annotations.forEach((annotation) -> ids.add(Objects.requireNonNullElseGet(
								attributes.text(String.valueOf(AnnotationUtils.getValue(annotation, "id"))),
								() -> beanName + "." + method.getName()))));
			}
		}
		return ids;
	}

	private static ListenerAnnotationReader<?> reader(BeanFactory beanFactory, Class<?> annotation) {
		return beanFactory.getBeanProvider(ListenerAnnotationReader.class)
			.stream()
			.filter((reader) -> reader.type() == annotation)
			.findFirst()
			.orElseThrow(() -> new BrokerConfigurationException(
					"Nothing reads @" + annotation.getSimpleName() + " annotations",
					"Leave the beans of type ListenerAnnotationReader to auto-configuration."));
	}

	private synchronized String generateId(Found listener) {
		String base = listener.beanName() + "." + listener.method().getName();
		int number = this.generatedIds.merge(base, 1, Integer::sum);
		return (number == 1) ? base : base + "-" + number;
	}

	private static void warnOfAsynchronousResult(Method method) {
		Class<?> result = method.getReturnType();
		if (CompletionStage.class.isAssignableFrom(result) || result.getName().startsWith("reactor.core.publisher.")) {
			logger.warn(
					"{} returns a {}, which nobody waits for: a message counts as handled when the method returns. "
							+ "Wait in the method, or acknowledge by hand with ackMode MANUAL",
					method, result.getSimpleName());
		}
	}

	private record Found(Object bean, String beanName, Method method, Annotation annotation) {
	}

}
