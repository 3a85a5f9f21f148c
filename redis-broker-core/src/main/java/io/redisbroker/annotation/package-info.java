/**
 * The listener annotations.
 */
@NullMarked
package io.redisbroker.annotation;

import org.jspecify.annotations.NullMarked;
