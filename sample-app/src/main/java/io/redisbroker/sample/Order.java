package io.redisbroker.sample;

import java.math.BigDecimal;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;

/**
 * An order, as JSON in the HTTP request and in the stream.
 */
record Order(@NotBlank String customer, @NotNull @Positive BigDecimal amount) {

}
