package io.redisbroker.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
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

	private final ConfigurableListableBeanFactory beanFactory;

	ListenerBeans(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Creates what no other bean may ever ask for. Lazy beans stay lazy, which the log
	 * tells.
	 */
	void createMissing() {
		forEachMissing((beanName, type) -> {
			if (this.beanFactory.getBeanDefinition(beanName).isLazyInit()) {
				logger.info("Bean '{}' is lazy: its listeners start when the bean is first used", beanName);
			}
			else if (this.beanFactory.isSingleton(beanName)) {
				this.beanFactory.getBean(beanName);
			}
		});
	}

	/** Returns the ids of listeners whose beans do not exist yet, as far as known. */
	Set<String> idsToCome() {
		AttributeResolver attributes = new AttributeResolver(this.beanFactory);
		Set<String> ids = new HashSet<>();
		AnnotatedMethods methods = new AnnotatedMethods();
		forEachMissing((beanName, type) -> methods.of(ClassUtils.getUserClass(type))
			.forEach((method, annotations) -> annotations
				.forEach((annotation) -> ids.add(id(attributes, annotation, beanName, method)))));
		return ids;
	}

	private static String id(AttributeResolver attributes, Annotation annotation, String beanName, Method method) {
		String attribute = String.valueOf(AnnotationUtils.getValue(annotation, "id"));
		// only the bean itself could tell the rest
		String id = attribute.contains(AttributeResolver.LISTENER) ? attribute : attributes.text(attribute);
		return (id != null) ? id : beanName + "." + method.getName();
	}

	private void forEachMissing(BiConsumer<String, Class<?>> action) {
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null : missingType(beanName);
			if (type != null && AnnotatedMethods.areIn(type)) {
				action.accept(beanName, type);
			}
		}
	}

	/** Returns the type of a bean that does not exist, or whose product does not. */
	private @Nullable Class<?> missingType(String beanName) {
		String scopedTarget = ScopedProxyUtils.getTargetBeanName(beanName);
		if (this.beanFactory.containsBeanDefinition(scopedTarget)) {
			return this.beanFactory.getType(scopedTarget, false);
		}
		if (this.beanFactory.containsSingleton(beanName) && !this.beanFactory.isFactoryBean(beanName)) {
			return null;
		}
		return this.beanFactory.getType(beanName, false);
	}

	/**
	 * Tells whether a bean may have listeners: its class has some, or only the bean
	 * itself shows it, because the application declares it by an interface or an abstract
	 * class.
	 */
	static boolean mayHaveListeners(BeanDefinition definition, @Nullable Class<?> type) {
		if (type == null) {
			return false;
		}
		boolean isOpen = type.isInterface() || Modifier.isAbstract(type.getModifiers());
		return AnnotatedMethods.areIn(type) || (isOpen && !isOfLibrary(type.getName()) && isOfApplication(definition));
	}

	private static boolean isOfLibrary(String type) {
		return Stream.of("org.springframework.", "jakarta.", "javax.").anyMatch(type::startsWith);
	}

	/** Auto-configurations declare much by interfaces, and no listeners. */
	private static boolean isOfApplication(BeanDefinition definition) {
		String configuration = configuration(definition);
		if (configuration == null) {
			return definition instanceof AbstractBeanDefinition bean && bean.getInstanceSupplier() != null;
		}
		String outermost = StringUtils.tokenizeToStringArray(configuration, "$")[0];
		return !isOfLibrary(configuration) && !outermost.endsWith("AutoConfiguration");
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
