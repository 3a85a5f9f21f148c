package io.redisbroker.message;

/**
 * How keys are named. The name a user writes is the key; companion keys carry it as hash
 * tag and therefore share its slot in a cluster.
 *
 * @since 0.1.0
 */
public final class Keys {

	private Keys() {
	}

	/**
	 * Returns the key of something that belongs to a queue, stream or channel.
	 * @param name the name, for example {@code orders} or {@code {eu}orders}
	 * @param suffix what the companion holds, for example {@code dlq}
	 * @return the key, for example {@code {orders}:dlq} or {@code {eu}orders:dlq}
	 */
	public static String companion(String name, String suffix) {
		return (hasHashTag(name) ? name : "{" + name + "}") + ":" + suffix;
	}

	/**
	 * Tells whether the companions of a name share its slot in a cluster. Those of a name
	 * with a closing brace that ends no hash tag, as {@code a}b} or {@code {}}, do not.
	 * @param name the name
	 * @return whether they do
	 */
	public static boolean canHaveCompanions(String name) {
		return hasHashTag(name) || name.indexOf('}') < 0;
	}

	/**
	 * Tells whether two different names have the same companions, as {@code a} and
	 * {@code {a}} have.
	 * @param one a name
	 * @param other another name
	 * @return whether they do
	 */
	public static boolean shareCompanions(String one, String other) {
		return !one.equals(other) && companion(one, "").equals(companion(other, ""));
	}

	private static boolean hasHashTag(String name) {
		int open = name.indexOf('{');
		return open >= 0 && name.indexOf('}', open + 1) > open + 1;
	}

}
