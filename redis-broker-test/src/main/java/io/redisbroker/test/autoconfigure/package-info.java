/**
 * A Redis that starts and ends with a Spring Boot application, for development.
 */
@NullMarked
package io.redisbroker.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
