package io.redisbroker.listener;

import java.util.HashSet;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Keys;

/**
 * Checks the values of an endpoint.
 *
 * @since 0.1.0
 */
public final class EndpointChecks {

	private EndpointChecks() {
	}

	/**
	 * Checks one condition.
	 * @param valid whether it holds
	 * @param problem the problem if it does not, to follow the word "It"
	 * @param action the change that the user has to make
	 * @throws BrokerConfigurationException when the condition does not hold
	 */
	public static void check(boolean valid, String problem, String action) {
		if (!valid) {
			throw new BrokerConfigurationException("It " + problem, action);
		}
	}

	/**
	 * Checks the keys of a listener whose messages are acknowledged: each is named once,
	 * shares its slot with the keys that belong to it, and is not the stream of the dead
	 * letters.
	 * @param kind the kind of source, for example {@code queue}
	 * @param sources the keys
	 * @param settings the listener's settings
	 * @throws BrokerConfigurationException when a key does not fit
	 */
	public static void checkSources(String kind, List<String> sources, ListenerSettings settings) {
		check(!sources.isEmpty() && sources.stream().noneMatch(String::isBlank),
				"names no " + kind + ", or an empty one", "Name the " + kind + "s to read.");
		String deadLetters = settings.deadLetters();
		check(deadLetters == null || !sources.contains(deadLetters),
				"keeps its dead letters in '" + deadLetters + "', where it would read them again",
				"Name another stream for them.");
		check(sources.stream().allMatch(Keys::canHaveCompanions),
				"names a " + kind
						+ " with a '}' that ends no hash tag, whose other keys would be in another slot of a cluster",
				"Leave the '}' out, or give the name a hash tag, as in {eu}orders.");
		check(isDistinct(sources), "names a " + kind + " twice", "Name each " + kind + " once.");
	}

	/**
	 * Tells whether no name stands twice.
	 * @param names the names
	 * @return whether all are different
	 */
	public static boolean isDistinct(List<String> names) {
		return new HashSet<>(names).size() == names.size();
	}

}
