package io.redisbroker.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Which of the application's beans the broker uses where there are several of a type.
 */
final class ApplicationBeans {

	/** For web requests, made from the application's own validator. */
	private static final Set<String> OF_WEB = Set.of("mvcValidator", "webFluxValidator");

	private static final String JAKARTA_VALIDATOR = "jakarta.validation.Validator";

	private ApplicationBeans() {
	}

	/**
	 * Returns the mapper for payloads.
	 * @param mappers all mappers
	 * @return the application's, or one with Jackson's defaults where it has none
	 * @throws BrokerConfigurationException when it can't be told which is meant
	 */
	static JsonMapper jsonMapper(ObjectProvider<JsonMapper> mappers) {
		try {
			return mappers.getIfAvailable(() -> JsonMapper.builder().findAndAddModules().build());
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new BrokerConfigurationException(
					"Payloads need one JsonMapper, but there are several, of which none is @Primary: " + names(ex),
					"Put @Primary on one of these beans, or define a bean of type PayloadCodec.");
		}
	}

	private static String names(NoUniqueBeanDefinitionException several) {
		return (several.getBeanNamesFound() != null) ? String.join(", ", several.getBeanNamesFound())
				: several.getNumberOfBeansFound() + " beans";
	}

	/**
	 * Returns the validator for payloads: the primary or only one. Otherwise validators
	 * of web requests don't count, and one for all types comes before those for some
	 * types.
	 * @param beans the application's beans
	 * @return the validator, or {@code null} where there is none, or several
	 */
	static @Nullable Validator validator(ListableBeanFactory beans) {
		Validator unique = beans.getBeanProvider(Validator.class).getIfUnique();
		if (unique != null) {
			return unique;
		}
		List<Validator> own = Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, Validator.class))
			.filter((name) -> !OF_WEB.contains(name))
			.map((name) -> beans.getBean(name, Validator.class))
			.toList();
		List<Validator> ofAllTypes = own.stream().filter(ApplicationBeans::isOfAllTypes).toList();
		return (own.size() == 1) ? own.get(0) : (ofAllTypes.size() == 1) ? ofAllTypes.get(0) : null;
	}

	private static boolean isOfAllTypes(Validator validator) {
		return ClassUtils.getAllInterfacesAsSet(validator)
			.stream()
			.anyMatch((type) -> type.getName().equals(JAKARTA_VALIDATOR));
	}

}
