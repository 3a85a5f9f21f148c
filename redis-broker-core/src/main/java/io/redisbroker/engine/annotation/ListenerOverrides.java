package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Set;

/**
 * What the application's configuration says about single listeners. It is stronger than
 * their annotations, whichever annotation it is. Immutable.
 */
public interface ListenerOverrides {

	/** Changes nothing. */
	ListenerOverrides NONE = new ListenerOverrides() {

		@Override
		public Set<String> listenerIds() {
			return Set.of();
		}

		@Override
		public Map<String, Object> attributes(String listenerId) {
			return Map.of();
		}

		@Override
		public String origin(String listenerId) {
			return "";
		}

	};

	/**
	 * Returns the listeners that are configured.
	 * @return their ids
	 */
	Set<String> listenerIds();

	/**
	 * Tells what happens where the application has no listener with one of these ids.
	 * @return whether it fails to start; by default not
	 */
	default boolean requireListeners() {
		return false;
	}

	/**
	 * Tells what happens where the application has no listener with one of these ids, and
	 * starts.
	 * @return whether the log warns; by default it does
	 */
	default boolean warnOfAbsence() {
		return true;
	}

	/**
	 * Returns what replaces attributes of a listener's annotation.
	 * @param listenerId the listener's id
	 * @return values by the attribute's name, of the attribute's type: {@code String},
	 * {@code String[]} or an enum; empty where nothing is configured
	 */
	Map<String, Object> attributes(String listenerId);

	/**
	 * Returns what replaces attributes of a listener's annotation. Knows which attributes
	 * there are, so that a refusal can name the right ones.
	 * @param listenerId the listener's id
	 * @param annotation the listener's annotation
	 * @return as {@link #attributes(String)} returns
	 */
	default Map<String, Object> attributes(String listenerId, Class<? extends Annotation> annotation) {
		return attributes(listenerId);
	}

	/**
	 * Returns where a listener is configured, for messages that say what to change.
	 * @param listenerId the listener's id
	 * @return the place, for example the start of the properties' names
	 */
	String origin(String listenerId);

}
