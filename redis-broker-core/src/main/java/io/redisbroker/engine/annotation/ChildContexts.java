package io.redisbroker.engine.annotation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.ContextStartedEvent;
import org.springframework.context.event.ContextStoppedEvent;

/**
 * Finds the listeners of child contexts, which share the registry of this context, and
 * starts and stops them with their context. A child needs no configuration of its own for
 * that.
 */
public class ChildContexts implements ApplicationListener<ApplicationContextEvent>, ApplicationContextAware {

	private final Map<ApplicationContext, ListenerAnnotationBeanPostProcessor> children = new ConcurrentHashMap<>();

	private @Nullable ApplicationContext context;

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	/** Contexts go on when their listeners have started or stopped. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		ApplicationContext child = event.getApplicationContext();
		if (child == this.context || !(child instanceof ConfigurableApplicationContext configurable)) {
			return;
		}
		if (event instanceof ContextRefreshedEvent) {
			this.children.computeIfAbsent(child, (key) -> postProcessor(configurable.getBeanFactory()))
				.childListeners()
				.start();
			return;
		}
		ListenerAnnotationBeanPostProcessor postProcessor = this.children.get(child);
		if (postProcessor == null) {
			return;
		}
		if (event instanceof ContextClosedEvent) {
			this.children.remove(child);
			postProcessor.childListeners().close();
		}
		else if (event instanceof ContextStoppedEvent) {
			postProcessor.childListeners().stop();
		}
		else if (event instanceof ContextStartedEvent) {
			postProcessor.childListeners().restart();
		}
	}

	private static ListenerAnnotationBeanPostProcessor postProcessor(ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.getBeanProvider(ListenerAnnotationBeanPostProcessor.class)
			.stream()
			.filter((each) -> each.isOf(beanFactory))
			.findFirst()
			.orElseGet(() -> postProcess(beanFactory));
	}

	/** Also beans that are made later. */
	private static ListenerAnnotationBeanPostProcessor postProcess(ConfigurableListableBeanFactory beanFactory) {
		ListenerAnnotationBeanPostProcessor postProcessor = new ListenerAnnotationBeanPostProcessor();
		postProcessor.setBeanFactory(beanFactory);
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			Object bean = beanFactory.getSingleton(beanName);
			if (bean != null) {
				postProcessor.postProcessAfterInitialization(bean, beanName);
			}
		}
		beanFactory.addBeanPostProcessor(postProcessor);
		postProcessor.afterSingletonsInstantiated();
		return postProcessor;
	}

}
