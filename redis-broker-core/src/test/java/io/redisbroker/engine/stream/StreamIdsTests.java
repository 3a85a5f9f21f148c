package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamIdsTests {

	@Test
	void ordersByTimeThenBySequenceAsNumbers() {
		List<String> ordered = List.of("0-1", "0-2", "0-10", "5-0", "9-99", "10-0", "99-18446744073709551615", "100-0",
				"1526569495631-0", "1526569495631-2", "1526569495631-10", "1526569495632-0", "18446744073709551615-0",
				"18446744073709551615-18446744073709551615");
		List<String> shuffled = new ArrayList<>(ordered);
		Collections.shuffle(shuffled, new Random(1));
		shuffled.sort(StreamIds.ORDER);
		assertThat(shuffled).isEqualTo(ordered);
	}

	@Test
	void findsAnIdEqualToItself() {
		assertThat(StreamIds.ORDER.compare("1526569495631-0", "1526569495631-0")).isZero();
	}

}
