/**
 * Deliveries, acknowledgments and the names of headers and keys.
 */
@NullMarked
package io.redisbroker.message;

import org.jspecify.annotations.NullMarked;
