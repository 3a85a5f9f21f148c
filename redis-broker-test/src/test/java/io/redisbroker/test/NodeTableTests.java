package io.redisbroker.test;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link NodeTable}.
 */
class NodeTableTests {

	private static final String NODES = """
			aaa 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460 5462 [93->-bbb]
			bbb 127.0.0.1:7001@17001,host,shard-id=x master - 0 1700 2 connected 5461 5463-16383
			ccc 127.0.0.1:7002@17002 slave aaa 0 1700 1 connected
			ddd 127.0.0.1:7003@17003 slave,fail? bbb 0 1700 2 connected
			eee 127.0.0.1:7004@17004 master,noaddr - 0 1700 0 disconnected
			""";

	private final NodeTable view = NodeTable.parse(NODES);

	@Test
	void knowsTheNodeItself() {
		assertThat(this.view.myself().id()).isEqualTo("aaa");
		assertThat(this.view.myself().isPrimary()).isTrue();
		assertThatExceptionOfType(RedisServerException.class).isThrownBy(() -> NodeTable.parse("").myself());
	}

	@Test
	void findsOwnersInRangesAndSingleSlots() {
		assertThat(this.view.owner(0)).map(NodeTable.Member::id).contains("aaa");
		assertThat(this.view.owner(5460)).map(NodeTable.Member::id).contains("aaa");
		assertThat(this.view.owner(5461)).map(NodeTable.Member::id).contains("bbb");
		assertThat(this.view.owner(5462)).map(NodeTable.Member::id).contains("aaa");
		assertThat(this.view.owner(16383)).map(NodeTable.Member::epoch).contains(2L);
		assertThat(NodeTable.parse(NODES.replace("5463-16383", "5463")).owner(16383)).isEmpty();
	}

	@Test
	void leavesOutSlotsOnTheMove() {
		assertThat(this.view.owners()).containsOnlyKeys("aaa", "bbb").containsEntry("aaa", List.of("0-5460", "5462"));
	}

	@Test
	void knowsTheEpochsOfOwners() {
		assertThat(this.view.epochs()).containsOnlyKeys("aaa", "bbb").containsEntry("aaa", 1L).containsEntry("bbb", 2L);
	}

	@Test
	void doesNotReachWhatFailsOrIsUnknown() {
		assertThat(this.view.reaches("ccc")).isTrue();
		assertThat(this.view.reaches("ddd")).isFalse();
		assertThat(this.view.reaches("eee")).isFalse();
		assertThat(this.view.reaches("fff")).isFalse();
	}

	@Test
	void knowsWhoIsReplicated() {
		assertThat(this.view.members().get("ccc").primaryId()).isEqualTo("aaa");
		assertThat(this.view.members().get("ccc").isPrimary()).isFalse();
	}

}
