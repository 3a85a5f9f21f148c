package io.redisbroker.sample;

import java.math.BigDecimal;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

/**
 * What is posted, and what travels through the stream as JSON.
 */
record Order(@NotBlank String customer, @NotNull @Positive BigDecimal amount) {

}
