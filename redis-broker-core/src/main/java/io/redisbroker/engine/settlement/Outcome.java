package io.redisbroker.engine.settlement;

/**
 * Is told, once, how a settlement ended, by the thread that reads from Redis.
 */
public interface Outcome {

	/**
	 * Redis has carried it out, or found that it is not ours to settle.
	 * @param ours whether the delivery was ours
	 */
	void settled(boolean ours);

	/**
	 * Redis has refused.
	 * @param failure why
	 */
	void failed(Throwable failure);

}
