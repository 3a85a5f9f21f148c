/**
 * Auto-configuration of redis-broker: beans, properties, health and meters.
 */
@NullMarked
package io.redisbroker.autoconfigure;

import org.jspecify.annotations.NullMarked;
