package io.redisbroker.engine.annotation;

import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintDefinitionException;
import jakarta.validation.ValidationException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.MethodValidationAdapter;
import org.springframework.validation.method.MethodValidator;

/**
 * Jakarta Validation, which an application may do without: its types are touched only
 * where they are there.
 */
final class JakartaValidation {

	private static final boolean PRESENT = ClassUtils.isPresent("jakarta.validation.Validator",
			JakartaValidation.class.getClassLoader());

	private JakartaValidation() {
	}

	/**
	 * Returns the validator for parameters; {@code null} where the given one has none.
	 */
	static @Nullable MethodValidator methodValidator(@Nullable Validator validator) {
		return PRESENT ? Types.methodValidator(validator) : null;
	}

	/** Whether a constraint stands where it can't be evaluated. */
	static boolean isWrongDeclaration(Throwable failure) {
		return failure instanceof IllegalArgumentException || (PRESENT && Types.isWrongDeclaration(failure));
	}

	/** Tells whether a constraint could not be evaluated; the value may be valid. */
	static boolean isFailure(Throwable failure) {
		return PRESENT && Types.isFailure(failure);
	}

	private static final class Types {

		static @Nullable MethodValidator methodValidator(@Nullable Validator validator) {
			return (validator instanceof jakarta.validation.Validator jakarta) ? new MethodValidationAdapter(jakarta)
					: null;
		}

		static boolean isWrongDeclaration(Throwable failure) {
			return failure instanceof ConstraintDeclarationException
					|| failure instanceof ConstraintDefinitionException;
		}

		static boolean isFailure(Throwable failure) {
			return failure instanceof ValidationException;
		}

	}

}
