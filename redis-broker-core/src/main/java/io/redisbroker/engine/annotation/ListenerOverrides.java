package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Set;

/**
 * The application's configuration of single listeners. It is stronger than their
 * annotations, of all kinds. Immutable.
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
	 * Tells whether the application fails to start when it has no listener with one of
	 * these ids.
	 * @return whether it fails; by default not
	 */
	default boolean requireListeners() {
		return false;
	}

	/**
	 * Tells whether the log warns when the application starts without a listener with one
	 * of these ids.
	 * @return whether it warns; by default it does
	 */
	default boolean warnOfAbsence() {
		return true;
	}

	/**
	 * Returns the configured attributes of a listener, which replace those of its
	 * annotation.
	 * @param listenerId the listener's id
	 * @return values by the attribute's name, of the attribute's type: {@code String},
	 * {@code String[]} or an enum; empty where nothing is configured
	 */
	Map<String, Object> attributes(String listenerId);

	/**
	 * Returns the configured attributes of a listener, as {@link #attributes(String)}
	 * does. Refuses an unknown one with the names of those that the annotation has.
	 * @param listenerId the listener's id
	 * @param annotation the listener's annotation
	 * @return as {@link #attributes(String)} returns
	 */
	default Map<String, Object> attributes(String listenerId, Class<? extends Annotation> annotation) {
		return attributes(listenerId);
	}

	/**
	 * Returns the place where a listener is configured, for error messages.
	 * @param listenerId the listener's id
	 * @return the place, for example the start of the properties' names
	 */
	String origin(String listenerId);

}
