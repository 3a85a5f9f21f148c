package io.redisbroker.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The view of one node on its cluster: the lines of {@code CLUSTER NODES}.
 *
 * @param members all nodes it knows, by id
 */
record NodeTable(Map<String, Member> members) {

	static NodeTable of(RedisServer node) {
		return parse(node.commands().clusterNodes());
	}

	static NodeTable parse(String clusterNodes) {
		Map<String, Member> members = new LinkedHashMap<>();
		clusterNodes.lines().filter((line) -> !line.isBlank()).map(Member::parse).forEach((member) -> {
			members.put(member.id(), member);
		});
		return new NodeTable(members);
	}

	Member myself() {
		return this.members.values()
			.stream()
			.filter((member) -> member.is("myself"))
			.findFirst()
			.orElseThrow(() -> new RedisServerException("CLUSTER NODES without the node itself: " + this));
	}

	boolean reaches(String id) {
		Member member = this.members.get(id);
		return member != null && member.isReachable();
	}

	Optional<Member> owner(int slot) {
		return this.members.values().stream().filter((member) -> member.owns(slot)).findFirst();
	}

	/**
	 * Return the owners of slots, in a form that can be compared with another view.
	 * @return slot ranges by the id of the owner
	 */
	Map<String, List<String>> owners() {
		return owning().collect(Collectors.toMap(Member::id, Member::slots));
	}

	private Stream<Member> owning() {
		return this.members.values().stream().filter((member) -> !member.slots().isEmpty());
	}

	/**
	 * Return the epochs with which slots are owned. Voters refuse a replica that does not
	 * know its primary's latest epoch, and that would never learn it from a primary that
	 * is gone.
	 * @return epochs by the id of the owner
	 */
	Map<String, Long> epochs() {
		return owning().collect(Collectors.toMap(Member::id, Member::epoch));
	}

	/**
	 * A node as another one (or itself) sees it.
	 *
	 * @param id its id
	 * @param flags such as {@code myself}, {@code master}, {@code fail?}
	 * @param primaryId the id of its primary, {@code -} if it is one
	 * @param epoch its configuration epoch; of two claims to a slot the higher one wins
	 * @param slots the ranges of slots it owns
	 */
	record Member(String id, Set<String> flags, String primaryId, long epoch, List<String> slots) {

		static Member parse(String line) {
			String[] fields = line.split(" ");
			// in brackets: slots that are being migrated
			List<String> slots = Stream.of(fields).skip(8).filter((slot) -> !slot.startsWith("[")).toList();
			return new Member(fields[0], Set.of(fields[2].split(",")), fields[3], Long.parseLong(fields[6]), slots);
		}

		boolean is(String flag) {
			return this.flags.contains(flag);
		}

		boolean isPrimary() {
			return is("master");
		}

		boolean isReachable() {
			return Stream.of("fail", "fail?", "handshake", "noaddr").noneMatch(this::is);
		}

		boolean owns(int slot) {
			return this.slots.stream().anyMatch((range) -> {
				String[] bounds = range.split("-");
				return Integer.parseInt(bounds[0]) <= slot && slot <= Integer.parseInt(bounds[bounds.length - 1]);
			});
		}

	}

}
