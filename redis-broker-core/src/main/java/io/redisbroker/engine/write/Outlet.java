package io.redisbroker.engine.write;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.observation.BrokerObservations;

/**
 * The parts that all senders of an application share.
 *
 * @param connection the connection to Redis
 * @param codec encodes payloads
 * @param observations observes sending
 */
record Outlet(RedisConnection connection, PayloadCodec codec, BrokerObservations observations) {
}
