package io.redisbroker.test;

/**
 * How one Redis server is run: the seam between the faults this module offers and the
 * thing (a native process, a container) that suffers them. It knows nothing of the Redis
 * protocol. Its data and its configuration file live as long as the object, over any
 * number of starts.
 * <p>
 * Implementations are not thread-safe; {@link RedisServer} serializes the calls.
 */
interface ServerProcess extends AutoCloseable {

	/**
	 * Start, for the first time or again on the same data. Returns when the operating
	 * system has started it, not when it answers.
	 */
	void start();

	/**
	 * Ask it to end, as an operator would, and wait. Killed if it does not.
	 */
	void terminate();

	/**
	 * End it without a chance to react (SIGKILL), and wait until it is gone.
	 */
	void kill();

	/**
	 * Stop it from running while its sockets stay open.
	 */
	void freeze();

	/**
	 * Let it run on after {@link #freeze()}.
	 */
	void resume();

	/**
	 * Return whether it has been started and has not ended; true while frozen.
	 * @return whether the process exists
	 */
	boolean isAlive();

	/**
	 * Return the process id.
	 * @return the id on this machine (for a container: on the Docker host)
	 */
	long pid();

	/**
	 * Return everything the server has logged, over all starts.
	 * @return the log
	 */
	String log();

	/**
	 * Return the configuration file as the server names it in {@code INFO}: unique, so it
	 * tells this server from another one on the same port.
	 * @return the path
	 */
	String configurationFile();

	/**
	 * Kill it and remove its data.
	 */
	@Override
	void close();

}
