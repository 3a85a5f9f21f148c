package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;

/**
 * Refuses requests to the endpoint with parameters that it does not have: Actuator leaves
 * them out, and a filter that is mistyped would be none. Says over HTTP why a request is
 * refused, which Spring Boot keeps to itself.
 */
final class EndpointRequests implements OperationInvokerAdvisor {

	private static final EndpointId ENDPOINT = EndpointId.of("redisbroker");

	@Override
	public OperationInvoker apply(EndpointId endpoint, OperationType type, OperationParameters parameters,
			OperationInvoker invoker) {
		if (!endpoint.equals(ENDPOINT)) {
			return invoker;
		}
		return (context) -> {
			try {
				check(parameters, context.getArguments());
				return invoker.invoke(context);
			}
			catch (InvalidEndpointRequestException ex) {
				return refuse(ex, context);
			}
		};
	}

	private static void check(OperationParameters parameters, Map<String, Object> arguments) {
		Set<String> unknown = new TreeSet<>(arguments.keySet());
		parameters.forEach((parameter) -> unknown.remove(parameter.getName()));
		if (!unknown.isEmpty()) {
			List<String> known = parameters.stream()
				.filter((parameter) -> parameter.getAnnotation(Selector.class) == null)
				.map(OperationParameter::getName)
				.toList();
			String reason = "There is no parameter '" + String.join("', '", unknown) + "' here; there "
					+ (known.isEmpty() ? "are none" : "are " + String.join(", ", known));
			throw new InvalidEndpointRequestException(reason, reason);
		}
	}

	private static Object refuse(InvalidEndpointRequestException refusal, InvocationContext context) {
		if (!context.canResolve(WebServerNamespace.class)) {
			throw refusal;
		}
		return new WebEndpointResponse<>(Map.of("error", refusal.getReason()), WebEndpointResponse.STATUS_BAD_REQUEST);
	}

}
