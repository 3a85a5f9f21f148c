/**
 * Reads listener annotations into endpoints, and calls the annotated methods.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.annotation;

import org.jspecify.annotations.NullMarked;
