package io.redisbroker.autoconfigure;

import io.redisbroker.annotation.ListenerAnnotationBeanPostProcessor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Looks for listeners that are configured and absent once all those are registered that
 * come with the application, also in code: runners are the last to do so. A context that
 * no {@code SpringApplication} runs has no runners.
 */
class AbsentListenersCheck implements SmartApplicationListener, ApplicationContextAware {

	/** Registered by {@code SpringApplication}. */
	private static final String RUN_BY_BOOT = "springApplicationArguments";

	private final ListenerAnnotationBeanPostProcessor postProcessor;

	private @Nullable ApplicationContext context;

	AbsentListenersCheck(ListenerAnnotationBeanPostProcessor postProcessor) {
		this.postProcessor = postProcessor;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return ContextRefreshedEvent.class.isAssignableFrom(eventType)
				|| ApplicationReadyEvent.class.isAssignableFrom(eventType);
	}

	/** The failure must reach the start. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		boolean isDue = (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context)
				|| (event instanceof ContextRefreshedEvent refreshed
						&& refreshed.getApplicationContext() == this.context
						&& !refreshed.getApplicationContext().containsLocalBean(RUN_BY_BOOT));
		if (isDue) {
			this.postProcessor.checkAbsentListeners();
		}
	}

}
