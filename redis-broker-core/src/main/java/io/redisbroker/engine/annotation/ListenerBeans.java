package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The beans of a factory that have listeners and do not exist yet when all singletons do:
 * products of factory beans, proxies of scoped beans, and lazy beans.
 */
final class ListenerBeans {

	private static final Logger logger = LoggerFactory.getLogger(ListenerBeans.class);

	/** In these, nothing exists on the thread of a listener. */
	private static final Set<String> SCOPES_OF_THE_WEB = Set.of("request", "session", "websocket");

	private final ConfigurableListableBeanFactory beanFactory;

	ListenerBeans(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Creates singletons that no other bean needs. Lazy beans stay lazy, and scoped beans
	 * are created by their scope; both are logged.
	 * @throws BrokerConfigurationException when a bean with listeners has a scope that
	 * does not exist on their threads
	 */
	void createMissing() {
		forEachMissing((beanName, type) -> {
			if (type != null && AnnotatedMethods.areIn(type)) {
				refuseScopesOfTheWeb(beanName, definition(beanName).getScope(), type);
				createOrTell(beanName);
			}
			else if (isOpen(type) && isOfApplication(declared(beanName))) {
				createOrTellWhatMayHaveListeners(beanName, type);
			}
		});
	}

	private void createOrTell(String beanName) {
		if (this.beanFactory.getBeanDefinition(beanName).isLazyInit()) {
			logger.info("Bean '{}' is lazy: its listeners start when the bean is first used", beanName);
		}
		else if (this.beanFactory.isSingleton(beanName)) {
			this.beanFactory.getBean(beanName);
		}
		else if (this.beanFactory.isFactoryBean(beanName)) {
			logger.info("Bean '{}' is made anew each time by its factory bean: its listeners start when such a bean is "
					+ "created", beanName);
		}
		else {
			logger.info("Bean '{}' has the scope '{}': its listeners start when such a bean is created", beanName,
					definition(beanName).getScope());
		}
	}

	/** The declaration does not show whether the bean's class has listeners. */
	private void createOrTellWhatMayHaveListeners(String beanName, @Nullable Class<?> type) {
		BeanDefinition definition = this.beanFactory.getBeanDefinition(beanName);
		if (isScoped(beanName)) {
			if (SCOPES_OF_THE_WEB.contains(String.valueOf(definition(beanName).getScope()))) {
				// refused once it turns out to have listeners
				return;
			}
			logger.info(
					"Bean '{}' of scope '{}' is declared by {}, which has no listeners: those of its class start when "
							+ "the bean is first used. Declare it by its class, and they start with the application",
					beanName, definition(beanName).getScope(), (type != null) ? type.getName() : "an unknown type");
		}
		else if (this.beanFactory.isFactoryBean(beanName) && !definition.isLazyInit()
				&& this.beanFactory.isSingleton(beanName)) {
			this.beanFactory.getBean(beanName);
		}
	}

	static void refuseScopesOfTheWeb(String beanName, @Nullable String scope, Class<?> type) {
		if (scope != null && SCOPES_OF_THE_WEB.contains(scope)) {
			throw new BrokerConfigurationException(
					"Bean '" + beanName + "' has listeners and the scope '" + scope
							+ "', which does not exist on the threads of listeners",
					"Move the listener methods of " + type.getName() + " to a singleton.");
		}
	}

	/** Returns the known ids of listeners whose beans do not exist yet. */
	Set<String> idsToCome() {
		AttributeResolver attributes = new AttributeResolver(this.beanFactory);
		Set<String> ids = new HashSet<>();
		AnnotatedMethods methods = new AnnotatedMethods();
		forEachMissing((beanName, type) -> {
			if (type != null) {
				methods.of(ClassUtils.getUserClass(type))
					.forEach((method, annotations) -> annotations
						.forEach((annotation) -> ids.add(id(attributes, annotation, beanName, method))));
			}
		});
		return ids;
	}

	private static String id(AttributeResolver attributes, Annotation annotation, String beanName, Method method) {
		String attribute = String.valueOf(AnnotationUtils.getValue(annotation, "id"));
		// the expression needs the bean, which does not exist yet
		String id = attribute.contains(AttributeResolver.LISTENER) ? attribute : attributes.text(attribute);
		return (id != null) ? id : beanName + "." + method.getName();
	}

	/** Calls the action with each missing bean and its type, behind a scoped proxy. */
	private void forEachMissing(BiConsumer<String, @Nullable Class<?>> action) {
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			if (!ScopedProxyUtils.isScopedTarget(beanName) && isMissing(beanName) && !declared(beanName).isAbstract()) {
				action.accept(beanName, this.beanFactory.getType(withoutProxy(beanName), false));
			}
		}
	}

	private boolean isScoped(String beanName) {
		return this.beanFactory.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(beanName));
	}

	private BeanDefinition definition(String beanName) {
		return this.beanFactory.getMergedBeanDefinition(withoutProxy(beanName));
	}

	/** As the application or a library has declared it. */
	private BeanDefinition declared(String beanName) {
		return this.beanFactory.getBeanDefinition(withoutProxy(beanName));
	}

	private String withoutProxy(String beanName) {
		return isScoped(beanName) ? ScopedProxyUtils.getTargetBeanName(beanName) : beanName;
	}

	/** Whether a bean does not exist, or its product may not. */
	private boolean isMissing(String beanName) {
		return isScoped(beanName) || !this.beanFactory.containsSingleton(beanName)
				|| this.beanFactory.isFactoryBean(beanName);
	}

	/**
	 * Tells whether a bean may have listeners: its class has some, or the application
	 * declares it by an interface or an abstract class, which does not show them.
	 */
	static boolean mayHaveListeners(BeanDefinition definition, @Nullable Class<?> type) {
		return (type != null && AnnotatedMethods.areIn(type)) || (isOpen(type) && isOfApplication(definition));
	}

	private static boolean isOpen(@Nullable Class<?> type) {
		return type == null || type == Object.class
				|| ((type.isInterface() || Modifier.isAbstract(type.getModifiers())) && !isOfLibrary(type.getName()));
	}

	private static boolean isOfLibrary(String type) {
		return Stream.of("org.springframework.", "jakarta.", "javax.").anyMatch(type::startsWith);
	}

	/** Auto-configurations declare beans by interfaces, but have no listeners. */
	private static boolean isOfApplication(BeanDefinition definition) {
		String configuration = configuration(definition);
		if (configuration == null) {
			String type = definition.getBeanClassName();
			return type != null && !isOfLibrary(type) && !isReplaced(definition, type);
		}
		String outermost = StringUtils.tokenizeToStringArray(configuration, "$")[0];
		return !isOfLibrary(configuration) && !outermost.endsWith("AutoConfiguration");
	}

	/** Libraries replace the class of interfaces that they scan for. */
	private static boolean isReplaced(BeanDefinition definition, String type) {
		return definition instanceof AnnotatedBeanDefinition scanned
				&& !scanned.getMetadata().getClassName().equals(type);
	}

	/** Returns the class with the method that makes the bean, if there is one. */
	private static @Nullable String configuration(BeanDefinition definition) {
		if (definition instanceof AnnotatedBeanDefinition annotated && annotated.getFactoryMethodMetadata() != null) {
			return annotated.getFactoryMethodMetadata().getDeclaringClassName();
		}
		Method method = (definition instanceof RootBeanDefinition root) ? root.getResolvedFactoryMethod() : null;
		return (method != null) ? method.getDeclaringClass().getName() : null;
	}

}
