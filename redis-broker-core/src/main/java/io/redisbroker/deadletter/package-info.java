/**
 * Dead letters: their content, their place and how long they are kept.
 */
@NullMarked
package io.redisbroker.deadletter;

import org.jspecify.annotations.NullMarked;
