@NullMarked
package io.redisbroker.autoconfigure;

import org.jspecify.annotations.NullMarked;
