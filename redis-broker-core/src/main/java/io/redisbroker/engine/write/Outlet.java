package io.redisbroker.engine.write;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.observation.BrokerObservations;

/**
 * What all senders share.
 *
 * @param connection where to send
 * @param codec encodes payloads
 * @param observations observes sending
 */
public record Outlet(RedisConnection connection, PayloadCodec codec, BrokerObservations observations) {
}
