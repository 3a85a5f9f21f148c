package io.redisbroker.send;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A payload can't be encoded.
 */
@WithRedis
class UnwritablePayloadIntegrationTests {

	@ParameterizedTest
	@EnumSource
	void sendsNothingWhenOneOfManyCanNotBeEncoded(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			List<Object> payloads = new ArrayList<>(IntStream.range(0, 1200).mapToObj(Integer::toString).toList());
			payloads.add(new Unwritable());
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> transport.send(broker.broker(), "orders", payloads));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> transport.send(broker.broker(), "orders", Collections.singletonList(null)));
		}
		assertThat(redis.commands().exists("orders")).isZero();
	}

	private static final class Unwritable {

		@SuppressWarnings("unused")
		public String getText() {
			throw new IllegalStateException("not to be written");
		}

	}

}
