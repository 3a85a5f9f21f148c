@NullMarked
package io.redisbroker.sample;

import org.jspecify.annotations.NullMarked;
