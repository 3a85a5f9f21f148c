/**
 * What the engine reports about itself.
 */
@NullMarked
package io.redisbroker.observation;

import org.jspecify.annotations.NullMarked;
