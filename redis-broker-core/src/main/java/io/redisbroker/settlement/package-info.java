/**
 * How a delivery ends: acknowledged, retried, dead-lettered or released.
 */
@NullMarked
package io.redisbroker.settlement;

import org.jspecify.annotations.NullMarked;
