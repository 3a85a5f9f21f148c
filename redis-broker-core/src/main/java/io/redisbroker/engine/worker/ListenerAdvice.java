package io.redisbroker.engine.worker;

import java.util.List;

import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerErrorHandler;
import io.redisbroker.listener.ListenerInterceptor;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.FailurePolicy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interceptors and error handlers of an application, for the calls of all its
 * listeners. Immutable.
 *
 * @param interceptors stand around a call, the first one outermost
 * @param errorHandlers are asked about a failure in turn, until one decides
 */
public record ListenerAdvice(List<ListenerInterceptor> interceptors, List<ListenerErrorHandler> errorHandlers) {

	/** Nothing. */
	public static final ListenerAdvice NONE = new ListenerAdvice(List.of(), List.of());

	private static final Logger logger = LoggerFactory.getLogger(ListenerAdvice.class);

	/** Copies the lists. */
	public ListenerAdvice {
		interceptors = List.copyOf(interceptors);
		errorHandlers = List.copyOf(errorHandlers);
	}

	void call(ListenerEndpoint endpoint, PreparedCall call) throws Throwable {
		if (this.interceptors.isEmpty()) {
			endpoint.handler().handle(call.arguments());
			return;
		}
		List<Delivery> deliveries = call.work().stream().map(InFlight::delivery).toList();
		new Call(this.interceptors, endpoint, deliveries, call.arguments()).proceed();
	}

	/** An error handler that fails itself has decided nothing. */
	FailurePolicy.@Nullable Decision decide(String listenerId, Delivery delivery, Throwable failure) {
		for (ListenerErrorHandler handler : this.errorHandlers) {
			try {
				FailurePolicy.Decision decision = handler.handle(listenerId, delivery, failure);
				if (decision != null) {
					return decision;
				}
			}
			catch (Throwable ex) {
				logger.error(
						"{} failed to decide about {}, on which listener '{}' failed; the next error handler decides, or the listener's settings",
						handler.getClass().getName(), delivery, listenerId, ex);
			}
		}
		return null;
	}

	private record Call(List<ListenerInterceptor> rest, ListenerEndpoint endpoint, List<Delivery> deliveries,
			List<Object> prepared) implements ListenerInterceptor.Invocation {

		@Override
		public String listenerId() {
			return this.endpoint.id();
		}

		@Override
		public void proceed() throws Throwable {
			if (this.rest.isEmpty()) {
				this.endpoint.handler().handle(this.prepared);
				return;
			}
			this.rest.get(0)
				.intercept(new Call(this.rest.subList(1, this.rest.size()), this.endpoint, this.deliveries,
						this.prepared));
		}

	}

}
