package io.redisbroker.engine.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.redisbroker.engine.write.Envelope;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class WaitingLineTests {

	@Test
	void servesAllLanesInOrderWithoutPriorities() {
		WaitingLine line = Priorities.NONE.newLine();
		line.add(1, work("b", 1));
		line.add(0, work("a", 1));
		assertThat(sourcesOf(line, 3)).containsExactly("b", "a");
		assertThat(line.isEmpty()).isTrue();
	}

	@Test
	void servesTheFirstLaneFirst() {
		WaitingLine line = Priorities.strict(2).newLine();
		line.add(1, work("low", 2));
		line.add(0, work("high", 2));
		assertThat(sourcesOf(line, 3)).containsExactly("high", "high", "low");
		line.add(0, work("high", 1));
		assertThat(sourcesOf(line, 2)).containsExactly("high", "low");
	}

	@Test
	void sharesByWeightWhileAllLanesHaveWork() {
		WaitingLine line = Priorities.weighted(List.of(6, 3, 1)).newLine();
		line.add(0, work("a", 1000));
		line.add(1, work("b", 1000));
		line.add(2, work("c", 1000));
		assertThat(count(sourcesOf(line, 100))).containsExactly(Map.entry("a", 60), Map.entry("b", 30),
				Map.entry("c", 10));
	}

	@Test
	void givesEverythingToTheOnlyLaneThatHasWork() {
		WaitingLine line = Priorities.weighted(List.of(6, 3, 1)).newLine();
		line.add(2, work("c", 10));
		assertThat(sourcesOf(line, 20)).hasSize(10);
		assertThat(line.poll()).isNull();
	}

	@Test
	void letsALaneCatchUpThatWasEmptyForAMoment() {
		WaitingLine line = Priorities.weighted(List.of(1, 1)).newLine();
		List<String> served = new ArrayList<>();
		for (int round = 0; round < 100; round++) {
			line.add(0, work("steady", 10));
			// comes late in every round
			served.addAll(sourcesOf(line, 2));
			line.add(1, work("late", 5));
			served.addAll(sourcesOf(line, 8));
		}
		assertThat(count(served).get("late")).isCloseTo(500, within(50));
	}

	@Test
	void tellsWhetherADeliveryWaitsInALane() {
		WaitingLine line = Priorities.strict(2).newLine();
		line.add(1, work("low", 1));
		assertThat(line.isWaiting(0)).isFalse();
		assertThat(line.isWaiting(1)).isTrue();
		assertThat(line.isEmpty()).isFalse();
	}

	@Test
	void refusesWeightsThatAreNotPositive() {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> Priorities.weighted(List.of(1, 0)));
	}

	@Test
	void dividesTheCapacityByWeight() {
		Priorities priorities = Priorities.weighted(List.of(6, 3, 1));
		assertThat(priorities.capacity(100, 0, 3)).isEqualTo(60);
		assertThat(priorities.capacity(1, 2, 3)).isEqualTo(1);
		assertThat(Priorities.strict(3).capacity(100, 0, 3)).isEqualTo(33);
	}

	private static List<InFlight> work(String source, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new InFlight(new Delivery(source, String.valueOf(i), 1, Envelope.decode(new byte[0])),
					null, null, 0))
			.toList();
	}

	private static List<String> sourcesOf(WaitingLine line, int most) {
		List<String> sources = new ArrayList<>();
		InFlight next;
		while (sources.size() < most && (next = line.poll()) != null) {
			sources.add(next.delivery().source());
		}
		return sources;
	}

	private static Map<String, Integer> count(List<String> sources) {
		Map<String, Integer> counts = new TreeMap<>();
		sources.forEach((source) -> counts.merge(source, 1, Integer::sum));
		return counts;
	}

}
