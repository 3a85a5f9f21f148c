package io.redisbroker.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out free ports on loopback. They lie below the range from which operating systems
 * take the local ports of outgoing connections: a client that tries to reconnect to a
 * killed server could otherwise occupy that very port, even by connecting to itself, and
 * the server could not be restarted on it.
 */
final class FreePorts {

	/** The distance of the cluster bus port from the data port. */
	static final int BUS_OFFSET = 10000;

	private static final int LOWEST = 10100;

	private static final int HIGHEST = 22000;

	private static final int ATTEMPTS = 1000;

	/**
	 * JVMs that test at the same time take different ports, also those of servers that
	 * are down for a moment. Neighbouring process ids differ in their share.
	 */
	private static final int SHARES = 16;

	private static final int SHARE = (int) (ProcessHandle.current().pid() % SHARES);

	private static final Set<Integer> TAKEN = new HashSet<>();

	private FreePorts() {
	}

	/**
	 * Take a port on which no process listens, with the port of its cluster bus. It stays
	 * reserved in this JVM, also while its server is down, until it is given back.
	 * @return the data port
	 */
	static synchronized int take() {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			int port = LOWEST + SHARE + SHARES * ThreadLocalRandom.current().nextInt((HIGHEST - LOWEST) / SHARES);
			if (!TAKEN.contains(port) && isFree(port) && isFree(port + BUS_OFFSET)) {
				TAKEN.add(port);
				return port;
			}
		}
		throw new RedisServerException("No free port found on loopback between " + LOWEST + " and " + HIGHEST);
	}

	static synchronized void giveBack(int port) {
		TAKEN.remove(port);
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, 1 }), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
