/**
 * What travels: deliveries and the names of their headers.
 */
@NullMarked
package io.redisbroker.message;

import org.jspecify.annotations.NullMarked;
