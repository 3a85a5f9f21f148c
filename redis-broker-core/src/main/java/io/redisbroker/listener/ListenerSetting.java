package io.redisbroker.listener;

/** One of the settings, which may be set or left open. */
enum ListenerSetting {

	ACK_MODE, CONCURRENCY, BATCH_SIZE, RECLAIM_DELAY, MAX_PROCESSING_TIME, MAX_DELIVERIES, MAX_ATTEMPTS, BACKOFF,
	EXCEPTIONS, DEAD_LETTERS, RETENTION, AUTO_STARTUP, CONNECTION_FACTORY

}
