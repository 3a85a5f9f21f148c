package io.redisbroker.autoconfigure;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.redisbroker.engine.annotation.ListenerOverrides;
import io.redisbroker.listener.ListenerSettings;

/**
 * The overrides of single listeners below {@code redis-broker.listeners}.
 */
class PropertiesListenerOverrides implements ListenerOverrides {

	private final Map<String, NamedListenerProperties> bound;

	private final WrittenListenerProperties written;

	private final Set<String> listenerIds = new TreeSet<>();

	private final AbsentListeners absent;

	PropertiesListenerOverrides(Map<String, NamedListenerProperties> bound, AbsentListeners absent,
			WrittenListenerProperties written) {
		this.bound = bound;
		this.absent = absent;
		this.written = written;
		this.listenerIds.addAll(bound.keySet());
		this.listenerIds.addAll(written.listenerIds());
	}

	@Override
	public Set<String> listenerIds() {
		return this.listenerIds;
	}

	@Override
	public boolean requireListeners() {
		return this.absent == AbsentListeners.FAIL;
	}

	@Override
	public boolean warnOfAbsence() {
		return this.absent == AbsentListeners.WARN;
	}

	@Override
	public Map<String, Object> attributes(String listenerId) {
		return attributes(listenerId, (name) -> true);
	}

	@Override
	public Map<String, Object> attributes(String listenerId, Class<? extends Annotation> annotation) {
		return attributes(listenerId, (name) -> WrittenListenerProperties.isKnownTo(annotation, name));
	}

	private Map<String, Object> attributes(String listenerId, Predicate<String> useful) {
		this.written.refuseUnknown(listenerId, useful);
		NamedListenerProperties properties = this.bound.get(listenerId);
		RedisBrokerProperties.apply(origin(listenerId), properties, ListenerSettings.DEFAULTS);
		if (properties == null) {
			return Map.of();
		}
		properties.refuseTwoNames(origin(listenerId));
		return properties.attributes();
	}

	@Override
	public String origin(String listenerId) {
		return RedisBrokerProperties.origin(listenerId);
	}

}
