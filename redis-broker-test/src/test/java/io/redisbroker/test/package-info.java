@NullMarked
package io.redisbroker.test;

import org.jspecify.annotations.NullMarked;
