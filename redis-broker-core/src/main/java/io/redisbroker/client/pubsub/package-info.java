/**
 * Subscriptions that heal after failovers and slot migrations, and the signals that use
 * them.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.client.pubsub;

import org.jspecify.annotations.NullMarked;
