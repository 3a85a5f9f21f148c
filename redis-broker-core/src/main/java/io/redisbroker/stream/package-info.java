/**
 * Listeners of streams, registered in code, and how long streams are kept.
 */
@NullMarked
package io.redisbroker.stream;

import org.jspecify.annotations.NullMarked;
