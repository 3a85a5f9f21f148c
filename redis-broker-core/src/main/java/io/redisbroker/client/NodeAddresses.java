package io.redisbroker.client;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.RedisURI;

/**
 * The addresses of the nodes of a cluster, with user, password and TLS of the nodes that
 * the application names: a cluster reports its nodes without them. Immutable.
 */
public final class NodeAddresses {

	private final List<String> seeds;

	private final RedisURI template;

	/**
	 * Creates the addresses.
	 * @param named the nodes that the application names, at least one
	 * @param timeout how long logging in may take
	 */
	public NodeAddresses(List<RedisURI> named, Duration timeout) {
		this.seeds = named.stream().map(ClusterView::name).distinct().toList();
		this.template = RedisURI.builder(named.get(0)).withTimeout(timeout).build();
	}

	/** The nodes that the application names. */
	public List<String> seeds() {
		return this.seeds;
	}

	/**
	 * Returns how to connect to a node.
	 * @param node its host and port, with a colon between them
	 * @return the address with the login
	 */
	public RedisURI of(String node) {
		int port = node.lastIndexOf(':');
		return RedisURI.builder(this.template)
			.withHost(node.substring(0, port))
			.withPort(Integer.parseInt(node.substring(port + 1)))
			.build();
	}

}
