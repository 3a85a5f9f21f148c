package io.redisbroker.converter;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Describes why a payload can't be decoded or is not valid, without values of the
 * payload, which must not be in the log.
 *
 * @since 0.1.0
 */
public final class DecodingFailures {

	private DecodingFailures() {
	}

	/**
	 * Describes a failure: the field, and the type that was expected there.
	 * @param failure the exception of decoding or validation
	 * @return a phrase without values of the payload
	 */
	public static String describe(Throwable failure) {
		Throwable cause = failure;
		for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
			if (cause instanceof PayloadFormatException format) {
				return String.valueOf(format.getMessage());
			}
			if (cause instanceof JacksonException json) {
				return describe(json);
			}
			if (cause instanceof MethodArgumentNotValidException invalid && invalid.getBindingResult() != null) {
				return invalid.getBindingResult()
					.getAllErrors()
					.stream()
					.map(DecodingFailures::describe)
					.sorted()
					.collect(Collectors.joining(", "));
			}
		}
		String message = failure.getMessage();
		return (isOfTheBroker(failure) && message != null) ? message : failure.getClass().getSimpleName();
	}

	/** Those without a cause say nothing of the payload. */
	private static boolean isOfTheBroker(Throwable failure) {
		return failure.getCause() == null
				&& (failure instanceof MessageConversionException || failure instanceof MessageHandlingException);
	}

	private static String describe(ObjectError error) {
		String where = error.getObjectName() + ((error instanceof FieldError field) ? "." + field.getField() : "");
		return where + " violates " + error.getCode();
	}

	private static String describe(JacksonException failure) {
		List<Reference> path = failure.getPath();
		String what;
		if (failure instanceof StreamReadException) {
			return "no JSON (line " + failure.getLocation().getLineNr() + ", column "
					+ failure.getLocation().getColumnNr() + ")";
		}
		if (failure instanceof InvalidTypeIdException type) {
			what = "no known type of " + simple(type.getBaseType().getRawClass());
		}
		else if (failure instanceof UnrecognizedPropertyException unknown) {
			// a name that no type knows comes from the payload
			path = path.subList(0, Math.max(0, path.size() - 1));
			what = "an unknown property of " + simple(unknown.getReferringClass());
		}
		else if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
			what = ((failure instanceof InvalidFormatException) ? "a value that is no " : "no ")
					+ simple(mismatch.getTargetType());
		}
		else {
			what = failure.getClass().getSimpleName();
		}
		String place = path(path);
		return place.isEmpty() ? what : what + " at " + place;
	}

	private static String simple(Class<?> type) {
		return type.getSimpleName();
	}

	/** Keys of maps are part of the payload. */
	private static String path(List<Reference> path) {
		StringBuilder text = new StringBuilder();
		for (Reference each : path) {
			if (each.getPropertyName() == null) {
				text.append('[').append(each.getIndex()).append(']');
			}
			else if (each.from() instanceof Map || each.from() == Map.class) {
				text.append("[…]");
			}
			else {
				text.append(text.isEmpty() ? "" : ".").append(each.getPropertyName());
			}
		}
		return text.toString();
	}

}
