/**
 * The listener annotations and the post-processor that turns them into endpoints.
 */
@NullMarked
package io.redisbroker.annotation;

import org.jspecify.annotations.NullMarked;
