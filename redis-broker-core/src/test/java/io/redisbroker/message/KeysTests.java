package io.redisbroker.message;

import java.util.List;

import io.redisbroker.client.Slots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class KeysTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			orders,      {orders}:dlq
			{eu}orders,  {eu}orders:dlq
			orders{eu},  orders{eu}:dlq
			orders:eu,   {orders:eu}:dlq
			orders{eu,   {orders{eu}:dlq
			""")
	void companionsAreInTheSlotOfTheirName(String name, String companion) {
		assertThat(Keys.companion(name, "dlq")).isEqualTo(companion);
		assertThat(Slots.sameSlot(name, companion)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a}b", "{}", "{}a", "a}", "}{a" })
	void aClosingBraceThatEndsNoHashTagKeepsCompanionsFromTheSlot(String name) {
		assertThat(Slots.sameSlot(name, Keys.companion(name, "dlq"))).isFalse();
		assertThat(Keys.canHaveCompanions(name)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "{a", "{a}", "{a}b", "a{b}", "{a}}", "a}{b}" })
	void otherNamesCanHaveCompanions(String name) {
		assertThat(Slots.sameSlot(name, Keys.companion(name, "dlq"))).isTrue();
		assertThat(Keys.canHaveCompanions(name)).isTrue();
	}

	@Test
	void aNameAndItsHashTagShareTheirCompanions() {
		assertThat(Keys.shareCompanions("a", "{a}")).isTrue();
		assertThat(Keys.shareCompanions("a", "a")).isFalse();
		assertThat(Keys.shareCompanions("{a}b", "a")).isFalse();
	}

	@Test
	void namesOfOneSlotStayTogetherInTheirOrder() {
		assertThat(Slots.bySlot(List.of("{a}1", "b", "{a}2", "{b}", "c"))).containsExactly(List.of("{a}1", "{a}2"),
				List.of("b", "{b}"), List.of("c"));
	}

	@Test
	void namesOfDifferentSlotsAreToldApart() {
		assertThat(Slots.sameSlot("orders", "invoices")).isFalse();
		assertThat(Slots.sameSlot("{a}orders", "{a}invoices")).isTrue();
	}

}
