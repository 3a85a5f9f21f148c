package io.redisbroker.test;

import java.util.List;

/**
 * The specification of a server process to start.
 *
 * @param name short name for messages and labels, such as {@code redis-12345}
 * @param configuration the lines of its configuration file, without {@code dir}
 * @param sentinel whether to start it in Sentinel mode
 */
record ServerSpec(String name, List<String> configuration, boolean sentinel) {

	ServerSpec {
		configuration = List.copyOf(configuration);
	}

}
