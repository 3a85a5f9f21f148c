/**
 * Every Redis that an application listens to, by the name of its connection factory.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.client.directory;

import org.jspecify.annotations.NullMarked;
