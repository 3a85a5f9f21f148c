package io.redisbroker.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.lettuce.core.cluster.SlotHash;

/**
 * The slots of a cluster that keys belong to.
 */
public final class Slots {

	private Slots() {
	}

	/**
	 * Tells whether two keys share a slot in a cluster.
	 * @param one a key
	 * @param other another key
	 * @return whether they do
	 */
	public static boolean sameSlot(String one, String other) {
		return SlotHash.getSlot(one) == SlotHash.getSlot(other);
	}

	/**
	 * Groups keys that one command may name together in a cluster.
	 * @param keys the keys
	 * @return the groups, in the order in which their first keys stand
	 */
	public static List<List<String>> bySlot(List<String> keys) {
		Map<Integer, List<String>> groups = new LinkedHashMap<>();
		keys.forEach((key) -> groups.computeIfAbsent(SlotHash.getSlot(key), (slot) -> new ArrayList<>()).add(key));
		return List.copyOf(groups.values());
	}

}
