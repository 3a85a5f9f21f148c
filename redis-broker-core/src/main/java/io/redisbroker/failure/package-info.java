/**
 * Exceptions that reach an application from more than one package.
 */
@NullMarked
package io.redisbroker.failure;

import org.jspecify.annotations.NullMarked;
