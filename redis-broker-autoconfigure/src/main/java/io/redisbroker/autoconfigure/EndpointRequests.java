package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.invoke.MissingParametersException;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.invoke.ParameterMappingException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.dao.DataAccessException;

/**
 * Refuses requests to the endpoint with parameters that it does not have: Actuator leaves
 * them out, and a filter that is mistyped would be none. Says why a request is refused,
 * which Spring Boot keeps to itself: over HTTP in the body, over JMX in the exception.
 */
final class EndpointRequests implements OperationInvokerAdvisor {

	private static final EndpointId ENDPOINT = EndpointId.of("redisbroker");

	/** The size of a page, unless the caller names another one. */
	private static final int SOME = 20;

	private static final int MOST = 1000;

	/** Of a value that is refused, in characters. */
	private static final int SHORTENED = 100;

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
			catch (UnknownListenerException ex) {
				return refuse(ex, WebEndpointResponse.STATUS_NOT_FOUND, context);
			}
			catch (ParameterMappingException ex) {
				boolean path = isPath(ex.getParameter());
				return refuse(invalid(reason(ex, path)),
						path ? WebEndpointResponse.STATUS_NOT_FOUND : WebEndpointResponse.STATUS_BAD_REQUEST, context);
			}
			catch (MissingParametersException ex) {
				return refuse(invalid(reason(ex)), WebEndpointResponse.STATUS_BAD_REQUEST, context);
			}
			catch (InvalidEndpointRequestException ex) {
				return refuse(ex, WebEndpointResponse.STATUS_BAD_REQUEST, context);
			}
			catch (DataAccessException ex) {
				return answer(ex, String.valueOf(ex.getMessage()), WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
						context);
			}
		};
	}

	private static void check(OperationParameters parameters, Map<String, Object> arguments) {
		List<OperationParameter> asked = parameters.stream()
			.filter((parameter) -> parameter.getType() != SecurityContext.class)
			.toList();
		Set<String> unknown = new TreeSet<>(arguments.keySet());
		asked.forEach((parameter) -> unknown.remove(parameter.getName()));
		if (!unknown.isEmpty()) {
			List<String> known = asked.stream()
				.filter((parameter) -> !isPath(parameter))
				.map(OperationParameter::getName)
				.toList();
			throw invalid("There is no parameter '" + String.join("', '", unknown) + "' here; there "
					+ (known.isEmpty() ? "are none" : "are " + String.join(", ", known)));
		}
	}

	private static boolean isPath(OperationParameter parameter) {
		return parameter.getAnnotation(Selector.class) != null;
	}

	private static String reason(ParameterMappingException failure, boolean path) {
		String value = String.valueOf(failure.getValue());
		String told = (value.length() <= SHORTENED) ? value : value.substring(0, SHORTENED) + "…";
		OperationParameter parameter = failure.getParameter();
		return path ? "There is no '" + told + "' of a listener; there is " + form(parameter).replace("one of ", "")
				: "'" + parameter.getName() + "' is '" + told + "'; set it to " + form(parameter);
	}

	private static String reason(MissingParametersException failure) {
		return failure.getMissingParameters()
			.stream()
			.map((parameter) -> "Set '" + parameter.getName() + "' to " + form(parameter))
			.sorted()
			.collect(Collectors.joining(". "));
	}

	/** The values that a parameter takes. */
	private static String form(OperationParameter parameter) {
		Class<?> type = parameter.getType();
		if (type.isEnum()) {
			String constants = Arrays.stream(type.getEnumConstants())
				.map((each) -> ((Enum<?>) each).name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.collect(Collectors.joining(", "));
			return (type.getEnumConstants().length == 1) ? constants : "one of " + constants;
		}
		if (type == Integer.class) {
			return "a whole number";
		}
		if (type == Duration.class) {
			return "a duration, such as 30s";
		}
		return (type == Boolean.class) ? "true or false" : "a text";
	}

	/**
	 * Chooses a source of a listener.
	 * @param source the source that the caller names, which may be missing if there is
	 * only one
	 */
	static String sourceOf(ListenerRegistry registry, String listener, @Nullable String source) {
		ListenerEndpoint endpoint = registry.container(listener)
			.map(ListenerContainer::endpoint)
			.orElseThrow(() -> new UnknownListenerException(listener, registry));
		List<String> sources = endpoint.sources();
		String named = (source == null && sources.size() == 1) ? sources.get(0) : source;
		if (named == null || !sources.contains(named)) {
			throw invalid("Name a 'source' of listener '" + listener + "': " + String.join(", ", sources));
		}
		return named;
	}

	/** The size of a page. */
	static int limit(@Nullable Integer limit) {
		if (limit != null && limit < 1) {
			throw invalid("A page has at least 1 item; set 'limit' to a number from 1 to " + MOST);
		}
		return Math.min(MOST, (limit != null) ? limit : SOME);
	}

	/** Refuses a request where an argument is refused. */
	static <T> T told(Supplier<T> work) {
		try {
			return work.get();
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	static InvalidEndpointRequestException invalid(String reason) {
		return new InvalidEndpointRequestException(reason, reason);
	}

	private static Object refuse(InvalidEndpointRequestException refusal, int status, InvocationContext context) {
		return answer(refusal, String.valueOf(refusal.getReason()), status, context);
	}

	private static Object answer(RuntimeException failure, String reason, int status, InvocationContext context) {
		if (!context.canResolve(WebServerNamespace.class)) {
			throw failure;
		}
		return new WebEndpointResponse<>(Map.of("error", reason), status);
	}

}
