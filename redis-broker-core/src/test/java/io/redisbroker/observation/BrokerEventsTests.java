package io.redisbroker.observation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link BrokerEvents#composite}.
 */
class BrokerEventsTests {

	private static final Delivery DELIVERY = new Delivery("orders", "1-0", 1, mock(Delivery.Content.class));

	@ParameterizedTest
	@MethodSource
	void everythingIsReportedToAll(Method method) throws ReflectiveOperationException {
		List<BrokerEvents> all = List.of(mock(BrokerEvents.class), mock(BrokerEvents.class));
		Object[] arguments = Arrays.stream(method.getParameterTypes()).map(BrokerEventsTests::argument).toArray();
		method.invoke(BrokerEvents.composite(all), arguments);
		all.forEach(
				(events) -> assertThat(mockingDetails(events).getInvocations()).singleElement().satisfies((call) -> {
					assertThat(call.getMethod().getName()).isEqualTo(method.getName());
					assertThat(call.getArguments()).containsExactly(arguments);
				}));
	}

	static Stream<Method> everythingIsReportedToAll() {
		return Arrays.stream(BrokerEvents.class.getDeclaredMethods())
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
	}

	private static Object argument(Class<?> type) {
		if (type == int.class) {
			return 7;
		}
		if (type == String.class) {
			return "text";
		}
		if (type == Duration.class) {
			return Duration.ofSeconds(7);
		}
		if (type == Throwable.class) {
			return new IllegalStateException();
		}
		if (type == List.class) {
			return List.of(DELIVERY);
		}
		return (type == Delivery.class) ? DELIVERY : new DeadLetter(DeadLetter.Reason.REJECTED, "billing", null, null);
	}

	@Test
	void oneThatThrowsKeepsNothingFromTheOthers() {
		BrokerEvents broken = mock(BrokerEvents.class);
		doThrow(new NoClassDefFoundError("as asked")).when(broken).retried("billing", DELIVERY);
		BrokerEvents other = mock(BrokerEvents.class);
		BrokerEvents.composite(new ArrayList<>(List.of(broken, other))).retried("billing", DELIVERY);
		verify(other).retried("billing", DELIVERY);
	}

	@Test
	void nobodyNeedsNoComposite() {
		assertThat(BrokerEvents.composite(List.of())).isSameAs(BrokerEvents.NONE);
	}

}
