package io.redisbroker.autoconfigure;

import io.redisbroker.engine.annotation.ListenerAnnotationBeanPostProcessor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Looks for listeners that are configured and absent once all those are registered that
 * come with the application, also in code: by a runner, or when the application is ready.
 * Spring Boot tells right after both that the application accepts traffic. A context that
 * no {@code SpringApplication} runs has neither.
 */
class AbsentListenersCheck implements SmartApplicationListener, ApplicationContextAware {

	/** Registered by {@code SpringApplication}. */
	private static final String RUN_BY_BOOT = "springApplicationArguments";

	private final ListenerAnnotationBeanPostProcessor postProcessor;

	private @Nullable ApplicationContext context;

	private boolean checked;

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
				|| AvailabilityChangeEvent.class.isAssignableFrom(eventType);
	}

	/** The failure must reach the start. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		boolean isDue = isOfThisContext(event) && ((event instanceof AvailabilityChangeEvent<?> change)
				? change.getState() == ReadinessState.ACCEPTING_TRAFFIC && !this.checked : !isRunByBoot());
		if (isDue) {
			this.checked = true;
			this.postProcessor.checkAbsentListeners();
		}
	}

	private boolean isOfThisContext(ApplicationEvent event) {
		return (event instanceof ContextRefreshedEvent refreshed) ? refreshed.getApplicationContext() == this.context
				: event.getSource() == this.context;
	}

	private boolean isRunByBoot() {
		return this.context != null && this.context.containsLocalBean(RUN_BY_BOOT);
	}

}
