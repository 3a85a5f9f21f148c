@NullMarked
package io.redisbroker.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
