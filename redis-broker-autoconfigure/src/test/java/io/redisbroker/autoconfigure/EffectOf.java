package io.redisbroker.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the properties whose effect a test shows, each with a value that is not its
 * default, so that {@link PropertyEffectsTests} finds those that have no test.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EffectOf {

	String[] value();

}
