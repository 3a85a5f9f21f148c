package io.redisbroker.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of Redis that a server is, or, in the case of Valkey, that it is compatible
 * with.
 *
 * @param major the first number
 * @param minor the second number
 * @param patch the third number
 */
public record RedisVersion(int major, int minor, int patch) {

	private static final String FIELD = "redis_version:";

	private static final Pattern PATTERN = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

	/** The first version of Redis with all that redis-broker uses: 7.0. */
	private static final RedisVersion OLDEST = new RedisVersion(7, 0, 0);

	/**
	 * Tells whether redis-broker works with this version.
	 * @return whether it is 7.0 or later
	 */
	public boolean isSupported() {
		return this.major >= OLDEST.major;
	}

	/**
	 * Reads the version from the reply to {@code INFO}. Valkey names there the version of
	 * Redis that it is compatible with.
	 * @param info the reply
	 * @return the version; empty if the reply names none
	 */
	public static Optional<RedisVersion> fromInfo(String info) {
		return info.lines()
			.filter((line) -> line.startsWith(FIELD))
			.findFirst()
			.flatMap((line) -> parse(line.substring(FIELD.length())));
	}

	/**
	 * Reads a version.
	 * @param text the version, for example {@code 7.0.15}
	 * @return the version; empty if it is of another form
	 */
	public static Optional<RedisVersion> parse(String text) {
		Matcher matcher = PATTERN.matcher(text.strip());
		if (!matcher.matches()) {
			return Optional.empty();
		}
		String patch = matcher.group(3);
		return Optional.of(new RedisVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
				(patch != null) ? Integer.parseInt(patch) : 0));
	}

	@Override
	public String toString() {
		return this.major + "." + this.minor + "." + this.patch;
	}

}
