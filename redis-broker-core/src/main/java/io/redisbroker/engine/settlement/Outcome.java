package io.redisbroker.engine.settlement;

/**
 * Receives the end of a settlement, once, from the thread that reads from Redis.
 */
public interface Outcome {

	/**
	 * Redis has carried it out, or found that it is not ours to settle.
	 * @param ours whether the delivery was ours
	 */
	void settled(boolean ours);

	/**
	 * Redis has refused.
	 * @param failure the cause
	 */
	void failed(Throwable failure);

}
