package io.redisbroker.message;

/**
 * Names the keys of sources in Redis. The name of a queue, stream or channel is its key.
 * Companion keys, such as that of the dead letters, have this name as hash tag and
 * therefore share its slot in a cluster.
 *
 * @since 0.1.0
 */
public final class Keys {

	private Keys() {
	}

	/**
	 * Returns a companion key of a queue, stream or channel.
	 * @param name the name, for example {@code orders} or {@code {eu}orders}
	 * @param suffix the end of the companion's key, for example {@code dlq}
	 * @return the key, for example {@code {orders}:dlq} or {@code {eu}orders:dlq}
	 */
	public static String companion(String name, String suffix) {
		return (hasHashTag(name) ? name : "{" + name + "}") + ":" + suffix;
	}

	/**
	 * Tells whether the companion keys of a name share its slot in a cluster. They do not
	 * when the name has a closing brace that ends no hash tag, such as {@code a}b} or
	 * {@code {}}.
	 * @param name the name
	 * @return {@code true} if they share its slot
	 */
	public static boolean canHaveCompanions(String name) {
		return hasHashTag(name) || name.indexOf('}') < 0;
	}

	/**
	 * Tells whether two different names have the same companion keys, for example
	 * {@code a} and {@code {a}}.
	 * @param one a name
	 * @param other another name
	 * @return {@code true} if the names differ and their companion keys are the same
	 */
	public static boolean shareCompanions(String one, String other) {
		return !one.equals(other) && companion(one, "").equals(companion(other, ""));
	}

	private static boolean hasHashTag(String name) {
		int open = name.indexOf('{');
		return open >= 0 && name.indexOf('}', open + 1) > open + 1;
	}

}
