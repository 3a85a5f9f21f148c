package io.redisbroker.autoconfigure;

import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.redisbroker.annotation.ListenerOverrides;
import io.redisbroker.listener.BrokerConfigurationException;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * What {@code redis-broker.listeners} says about single listeners. Binding leaves out
 * what it does not know; here that is a mistake, which must not go unnoticed.
 */
class PropertiesListenerOverrides implements ListenerOverrides {

	private static final ConfigurationPropertyName LISTENERS = ConfigurationPropertyName.of("redis-broker.listeners");

	/** As they are to be written; compared without case and dashes. */
	private static final Set<String> KNOWN = Arrays
		.stream(BeanUtils.getPropertyDescriptors(NamedListenerProperties.class))
		.map(PropertyDescriptor::getName)
		.filter((name) -> !name.equals("class"))
		.map(DataObjectPropertyName::toDashedForm)
		.collect(Collectors.toCollection(TreeSet::new));

	private final Map<String, NamedListenerProperties> bound;

	/** Names of properties as they are written, by the listener's id. */
	private final Map<String, Set<String>> written = new HashMap<>();

	PropertiesListenerOverrides(Map<String, NamedListenerProperties> bound, Environment environment) {
		this.bound = bound;
		bound.keySet().forEach((id) -> this.written.put(id, Set.of()));
		// in the system's environment, dots and dashes can't be told from one another
		UnboundElementsSourceFilter exact = new UnboundElementsSourceFilter();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource names && exact.apply(source)) {
				names.stream().filter(LISTENERS::isAncestorOf).forEach(this::add);
			}
		});
	}

	private void add(ConfigurationPropertyName name) {
		int position = LISTENERS.getNumberOfElements();
		if (name.getNumberOfElements() > position + 1) {
			this.written.merge(name.getElement(position, Form.ORIGINAL),
					Set.of(name.getElement(position + 1, Form.ORIGINAL)), PropertiesListenerOverrides::union);
		}
	}

	private static Set<String> union(Set<String> one, Set<String> other) {
		Set<String> union = new TreeSet<>(one);
		union.addAll(other);
		return union;
	}

	@Override
	public Set<String> listenerIds() {
		return this.written.keySet();
	}

	@Override
	public Map<String, Object> attributes(String listenerId) {
		for (String name : this.written.getOrDefault(listenerId, Set.of())) {
			if (KNOWN.stream().noneMatch((known) -> uniform(known).equals(uniform(name)))) {
				throw new BrokerConfigurationException(origin(listenerId) + "." + name + " does not exist",
						"Use one of " + String.join(", ", KNOWN) + ".");
			}
		}
		NamedListenerProperties properties = this.bound.get(listenerId);
		return (properties != null) ? properties.attributes() : Map.of();
	}

	private static String uniform(String name) {
		return name.replace("-", "").toLowerCase(Locale.ROOT);
	}

	@Override
	public String origin(String listenerId) {
		return RedisBrokerProperties.origin(listenerId);
	}

}
