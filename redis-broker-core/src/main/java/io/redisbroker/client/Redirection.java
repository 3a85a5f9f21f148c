package io.redisbroker.client;

import org.jspecify.annotations.Nullable;

/**
 * A redirection to the node that serves a slot. The command was not executed.
 *
 * @param once whether only this command is meant, while the slot moves ({@code ASK}); the
 * slot itself belongs to the other node otherwise ({@code MOVED})
 * @param node the other node
 */
record Redirection(boolean once, String node) {

	/**
	 * Reads an error reply.
	 * @param error the error, for example {@code MOVED 3999 127.0.0.1:6381}
	 * @param from the node that sent it
	 * @return the redirection, or {@code null} when the error is none
	 */
	static @Nullable Redirection of(String error, String from) {
		boolean once = error.startsWith("ASK ");
		String[] parts = error.split(" ", 4);
		if (parts.length < 3 || !(once || error.startsWith("MOVED "))) {
			return null;
		}
		int port = parts[2].lastIndexOf(':');
		if (port < 0) {
			return null;
		}
		String host = parts[2].substring(0, port);
		// an empty host is the host of the node that redirects
		boolean known = !host.isEmpty() && !host.equals("?");
		return new Redirection(once,
				(known ? host : from.substring(0, from.lastIndexOf(':'))) + parts[2].substring(port));
	}

}
