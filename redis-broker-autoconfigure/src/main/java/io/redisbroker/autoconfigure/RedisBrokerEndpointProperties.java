package io.redisbroker.autoconfigure;

import java.util.HashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The users that see values of messages at the actuator endpoint.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.redisbroker")
public class RedisBrokerEndpointProperties {

	/**
	 * When to show payloads, headers and messages of exceptions of dead letters.
	 */
	private Show showValues = Show.NEVER;

	/**
	 * Roles of the users that see values when authorized. When empty, all authenticated
	 * users see them.
	 */
	private Set<String> roles = new HashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

	public void setRoles(Set<String> roles) {
		this.roles = roles;
	}

}
