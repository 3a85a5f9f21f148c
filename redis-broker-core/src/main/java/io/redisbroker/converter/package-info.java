/**
 * Payloads to bytes and back.
 */
@NullMarked
package io.redisbroker.converter;

import org.jspecify.annotations.NullMarked;
