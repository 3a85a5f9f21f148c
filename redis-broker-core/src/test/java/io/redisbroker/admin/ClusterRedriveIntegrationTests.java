package io.redisbroker.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Failures;
import io.redisbroker.support.Letters;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters are put back where each source is on another node, and moves to another.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class ClusterRedriveIntegrationTests {

	/** Each in a slot of another primary. */
	private static final List<String> SOURCES = List.of("orders", "invoices", "refunds");

	private volatile boolean mended;

	private final Recorder recorder = new Recorder((delivery, acknowledgment) -> {
		if (!this.mended) {
			throw new IllegalStateException("no");
		}
	});

	@ParameterizedTest
	@EnumSource
	void putsBackOneOrAllOfEachSource(TestedTransport transport, RedisCluster redis) {
		assertThat(SOURCES.stream().map(redis::primaryOf)).as("nodes").doesNotHaveDuplicates();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(transport.endpoint(SOURCES, TestSettings.defaults().maxAttempts(1).build(),
					this.recorder.handler()));
			SOURCES.forEach((source) -> transport.send(broker.broker(), source,
					List.of(source + "-1", source + "-2", source + "-3")));
			DeadLetters letters = broker.deadLetters();
			Patience.await().until(() -> SOURCES.stream().allMatch((source) -> letters.count(source) == 3));
			this.mended = true;
			for (String source : SOURCES) {
				StoredDeadLetter first = letters.list(source, DeadLetterFilter.ALL, null, 1).letters().get(0);
				assertThat(letters.redrive(source, first.id())).isTrue();
				assertThat(letters.redrive(source, first.id())).as("a second time").isFalse();
				assertThat(letters.redriveAll(source, DeadLetterFilter.ALL, 100).join()).isEqualTo(2);
				assertThat(letters.count(source)).isZero();
			}
			Patience.await().until(() -> this.recorder.count() == 18);
			assertThat(this.recorder.texts().subList(9, 18)).doesNotHaveDuplicates();
		}
	}

	@ParameterizedTest
	@EnumSource
	void allAreBackExactlyOnceWhenTheSlotMovesMeanwhile(TestedTransport transport, RedisCluster redis) {
		Letters letters = Letters.write(redis.commands(), "orders", 3000);
		try (TestBroker broker = new TestBroker(redis)) {
			broker.registry()
				.register(transport.endpoint("orders", TestSettings.defaults().autoStartup(false).build(),
						this.recorder.handler()));
			CompletableFuture<Long> redrive = broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 2000);
			Patience.await().until(() -> letters.left() < 2500);
			RedisServer owner = redis.primaryOf("orders");
			redis.migrateSlot(RedisCluster.slotOf("orders"),
					redis.primaries().stream().filter((node) -> node.port() != owner.port()).findFirst().orElseThrow());
			Patience.await().until(redrive::isDone);
			// a redrive was refused while only one of the keys had moved
			assertThat(redrive.handle((count, failure) -> failure == null || Failures.isTransient(failure)).join())
				.isTrue();
			broker.deadLetters().redriveAll("orders", DeadLetterFilter.ALL, 20_000).join();
		}
		letters.assertAllAreBackOnce(transport);
	}

}
