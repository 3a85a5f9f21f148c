/**
 * What a dead letter holds and where it is kept.
 */
@NullMarked
package io.redisbroker.deadletter;

import org.jspecify.annotations.NullMarked;
