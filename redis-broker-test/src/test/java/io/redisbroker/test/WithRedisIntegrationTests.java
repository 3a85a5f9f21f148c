package io.redisbroker.test;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

/**
 * Tests for what {@link WithRedis} does around the tests of a class.
 */
class WithRedisIntegrationTests {

	@BeforeEach
	void forget() {
		AnnotatedCases.seen.clear();
	}

	@Test
	void closesTheServerAfterTheClass() {
		run(AnnotatedCases.Shared.class).testEvents().assertStatistics((tests) -> tests.succeeded(3));
		assertThat(AnnotatedCases.seen).hasSize(3)
			.containsOnly(AnnotatedCases.seen.get(0))
			.noneMatch(RedisServer::isRunning);
	}

	@Test
	void givesEveryTestItsOwnServerOnRequest() {
		run(AnnotatedCases.PerMethod.class).testEvents().assertStatistics((tests) -> tests.succeeded(2));
		assertThat(AnnotatedCases.seen).hasSize(2).doesNotHaveDuplicates().noneMatch(RedisServer::isRunning);
	}

	@Test
	void keepsDataBetweenTestsOnRequest() {
		run(AnnotatedCases.NoFlush.class).testEvents().assertStatistics((tests) -> tests.succeeded(3));
	}

	@Test
	void injectsTheConstructorOfAnInstancePerClass() {
		run(AnnotatedCases.InstancePerClass.class).testEvents().assertStatistics((tests) -> tests.succeeded(2));
	}

	@Test
	void appliesToSubclasses() {
		run(AnnotatedCases.Subclass.class).testEvents().assertStatistics((tests) -> tests.succeeded(3));
	}

	@Test
	void saysWhichTypeTheParameterMustHave() {
		run(AnnotatedCases.WrongType.class).testEvents()
			.assertThatEvents()
			.haveExactly(1, finishedWithFailure(message((text) -> text.contains("The topology is STANDALONE")
					&& text.contains("must be a RedisServer, not a RedisCluster"))));
	}

	@Test
	void saysThatAClassHasNoServerWhenEveryTestHasOne() {
		run(AnnotatedCases.PerMethodForTheClass.class).containerEvents()
			.assertThatEvents()
			.haveExactly(1, finishedWithFailure(message((text) -> text.contains("perMethod = true"))));
	}

	@Test
	void failsAndDoesNotSkipWhenTheServerCannotBeStarted() {
		run(AnnotatedCases.BadOption.class).containerEvents()
			.assertThatEvents()
			.haveExactly(1, finishedWithFailure(message((text) -> text.contains("no-such-directive"))));
	}

	private static EngineExecutionResults run(Class<?> testClass) {
		return EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute();
	}

}
