package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Records the calls of the listeners of a test. A bean of the application, which
 * listeners have as a parameter of their constructors.
 */
final class Received {

	private final List<Object> calls = new CopyOnWriteArrayList<>();

	/**
	 * Records a call.
	 * @param arguments the arguments of the call
	 */
	void add(Object... arguments) {
		this.calls.add((arguments.length == 1) ? arguments[0] : List.of(arguments));
	}

	/** Forgets the calls so far. */
	void clear() {
		this.calls.clear();
	}

	/** Returns the calls so far. */
	List<Object> calls() {
		return List.copyOf(this.calls);
	}

	/** Waits for calls, in any order if several listeners are called. */
	List<Object> await(int count) {
		awaiting().until(() -> this.calls.size() >= count);
		return calls();
	}

	/** Waits for lists that together have this number of elements. */
	List<Object> awaitElements(int count) {
		awaiting().until(() -> elements().size() >= count);
		return elements();
	}

	private List<Object> elements() {
		List<Object> elements = new ArrayList<>();
		this.calls.forEach((call) -> elements.addAll((List<?>) call));
		return elements;
	}

	private static ConditionFactory awaiting() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(20));
	}

}
