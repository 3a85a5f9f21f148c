package io.redisbroker.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's version.
 *
 * @param major the first number
 * @param minor the second number
 * @since 0.1.0
 */
public record RedisVersion(int major, int minor) {

	private static final Pattern PATTERN = Pattern.compile("redis_version:(\\d+)\\.(\\d+)");

	/**
	 * Tells whether this version is at least another one.
	 * @param major the other's first number
	 * @param minor the other's second number
	 * @return whether it is
	 */
	public boolean isAtLeast(int major, int minor) {
		return this.major > major || (this.major == major && this.minor >= minor);
	}

	static RedisVersion fromInfo(String info) {
		Matcher matcher = PATTERN.matcher(info);
		if (!matcher.find()) {
			throw new IllegalArgumentException("INFO names no redis_version");
		}
		return new RedisVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
	}

	@Override
	public String toString() {
		return this.major + "." + this.minor;
	}

}
