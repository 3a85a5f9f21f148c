package io.redisbroker.client;

import java.util.List;

import io.redisbroker.client.ClusterView.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClusterView}.
 */
class ClusterViewTests {

	private static final String A = "a".repeat(40);

	private static final String B = "b".repeat(40);

	private static final String C = "c".repeat(40);

	private static final String BEFORE_FAILOVER = line(A, "10.0.0.1:1", "myself,master", "-", 1, "0-100")
			+ line(B, "10.0.0.2:2", "slave", A, 1, "");

	private static final String AFTER_FAILOVER = line(A, "10.0.0.1:1", "slave", B, 7, "")
			+ line(B, "10.0.0.2:2", "myself,master", "-", 7, "0-100");

	@Test
	void knowsNothingWithoutAnswers() {
		assertThat(ClusterView.EMPTY.isEmpty()).isTrue();
		assertThat(ClusterView.EMPTY.ownerOf(0)).isNull();
	}

	@Test
	void readsOwnersAndNodes() {
		ClusterView view = new ClusterView(List
			.of(answer("10.0.0.1:1", line(A, ":1", "myself,master", "-", 1, "0-100 200")
					+ line(B, "10.0.0.2:2", "master", "-", 2, "101-199") + line(C, "10.0.0.3:3", "slave", A, 1, ""))));
		assertThat(view.isEmpty()).isFalse();
		assertThat(view.ownerOf(0)).isEqualTo("10.0.0.1:1");
		assertThat(view.ownerOf(150)).isEqualTo("10.0.0.2:2");
		assertThat(view.ownerOf(200)).isEqualTo("10.0.0.1:1");
		assertThat(view.ownerOf(201)).isNull();
		assertThat(view.nodes()).containsExactly("10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3");
		assertThat(view.primaries()).containsExactly("10.0.0.1:1", "10.0.0.2:2");
	}

	@Test
	void believesTheClaimWithTheHighestEpoch() {
		Answer stale = answer("10.0.0.1:1",
				line(A, "10.0.0.1:1", "myself,master", "-", 1, "0-100") + line(B, "10.0.0.2:2", "slave", A, 1, ""));
		Answer current = answer("10.0.0.2:2",
				line(A, "10.0.0.1:1", "slave", B, 7, "") + line(B, "10.0.0.2:2", "myself,master", "-", 7, "0-100"));
		assertThat(new ClusterView(List.of(stale, current)).ownerOf(50)).isEqualTo("10.0.0.2:2");
		assertThat(new ClusterView(List.of(current, stale)).ownerOf(50)).isEqualTo("10.0.0.2:2");
	}

	@Test
	void takesANodeForFailedOnlyWhenMostSaySo() {
		Answer cutOff = answer("10.0.0.1:1", line(A, "10.0.0.1:1", "myself,master", "-", 1, "0-100")
				+ line(B, "10.0.0.2:2", "master,fail", "-", 2, "101-200"));
		Answer other = answer("10.0.0.2:2", line(A, "10.0.0.1:1", "master", "-", 1, "0-100")
				+ line(B, "10.0.0.2:2", "myself,master", "-", 2, "101-200"));
		assertThat(new ClusterView(List.of(cutOff)).isMember("10.0.0.2:2")).isFalse();
		assertThat(new ClusterView(List.of(cutOff, other)).isMember("10.0.0.2:2")).isTrue();
		assertThat(new ClusterView(List.of(other)).isMember("10.0.0.9:9")).isFalse();
	}

	@Test
	void leavesOutNodesThatHaveNoAddressYet() {
		ClusterView view = new ClusterView(List.of(answer("10.0.0.1:1",
				line(A, "10.0.0.1:1", "myself,master", "-", 1, "0-100")
						+ line(B, ":0", "master,noaddr", "-", 2, "101-200")
						+ line(C, "10.0.0.3:3", "handshake", "-", 0, ""))));
		assertThat(view.nodes()).containsExactly("10.0.0.1:1");
		assertThat(view.ownerOf(150)).isNull();
	}

	@Test
	void leavesOutNodesThatWereTakenOutOfTheCluster() {
		Answer alone = answer("10.0.0.3:3", line(C, "10.0.0.3:3", "myself,master", "-", 9, ""));
		Answer other = answer("10.0.0.1:1",
				line(A, "10.0.0.1:1", "myself,master", "-", 1, "0-100") + line(B, "10.0.0.2:2", "slave", A, 1, ""));
		assertThat(new ClusterView(List.of(alone, other)).nodes()).containsExactly("10.0.0.1:1", "10.0.0.2:2");
		assertThat(new ClusterView(List.of(alone, other)).isMember("10.0.0.3:3")).isFalse();
		assertThat(new ClusterView(List.of(alone)).isMember("10.0.0.3:3")).isTrue();
	}

	@Test
	void keepsAHigherEpochThoughOnlyStaleNodesAnswer() {
		ClusterView current = new ClusterView(List.of(answer("10.0.0.2:2", AFTER_FAILOVER)));
		ClusterView stale = current.with(List.of(answer("10.0.0.1:1", BEFORE_FAILOVER)));
		assertThat(stale.ownerOf(50)).isEqualTo("10.0.0.2:2");
		assertThat(stale.isOwner("10.0.0.1:1")).isFalse();
		assertThat(stale.with(List.of()).ownerOf(50)).isEqualTo("10.0.0.2:2");
	}

	@Test
	void givesAClaimUpWhenTheOwnerItselfNoLongerMakesIt() {
		ClusterView before = new ClusterView(List.of(answer("10.0.0.2:2", AFTER_FAILOVER)));
		String withoutSlots = line(A, "10.0.0.1:1", "master", "-", 1, "0-100")
				+ line(B, "10.0.0.2:2", "myself,master", "-", 7, "");
		assertThat(before.with(List.of(answer("10.0.0.2:2", withoutSlots))).ownerOf(50)).isEqualTo("10.0.0.1:1");
	}

	@Test
	void keepsAClaimThoughTheOwnerWasAskedBeforeItMadeIt() {
		Answer early = answer("10.0.0.2:2",
				line(A, "10.0.0.1:1", "master", "-", 1, "0-100") + line(B, "10.0.0.2:2", "myself,slave", A, 1, ""));
		ClusterView current = new ClusterView(List.of(answer("10.0.0.3:3",
				line(A, "10.0.0.1:1", "slave", B, 7, "") + line(B, "10.0.0.2:2", "master", "-", 7, "0-100"))));
		assertThat(current.with(List.of(early)).ownerOf(50)).isEqualTo("10.0.0.2:2");
	}

	@Test
	void givesAClaimUpWhenTheOwnerHasLeftTheCluster() {
		ClusterView before = new ClusterView(List.of(answer("10.0.0.2:2", AFTER_FAILOVER)));
		String without = line(A, "10.0.0.1:1", "myself,master", "-", 3, "0-100")
				+ line(C, "10.0.0.3:3", "slave", A, 3, "");
		assertThat(before.with(List.of(answer("10.0.0.1:1", without))).ownerOf(50)).isEqualTo("10.0.0.1:1");
	}

	@Test
	void callsANodeByTheAddressThatOthersKnow() {
		ClusterView view = new ClusterView(List.of(
				answer("redis-0:6379",
						line(A, ":6379", "myself,master", "-", 1, "0-100")
								+ line(B, "10.0.0.2:6379", "master", "-", 2, "101-200")),
				answer("redis-1:6379", line(A, "10.0.0.1:6379", "master", "-", 1, "0-100")
						+ line(B, "10.0.0.2:6379", "myself,master", "-", 2, "101-200"))));
		assertThat(view.nodes()).containsExactlyInAnyOrder("10.0.0.1:6379", "10.0.0.2:6379");
		assertThat(view.ownerOf(0)).isEqualTo("10.0.0.1:6379");
	}

	private static Answer answer(String node, String text) {
		return new Answer(node, text, System.nanoTime());
	}

	private static String line(String id, String address, String flags, String primary, long epoch, String slots) {
		return id + " " + address + "@1" + " " + flags + " " + primary + " 0 0 " + epoch + " connected"
				+ (slots.isEmpty() ? "" : " " + slots) + "\n";
	}

}
