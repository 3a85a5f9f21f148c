package io.redisbroker.engine.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A command that a listener sends, so that it can be checked whether the user may.
 * Immutable.
 *
 * @param words the command with arguments that are as good as any
 * @param key the key among them, or {@code null}
 * @param channel the channel among them, or {@code null}
 */
public record RequiredCommand(List<String> words, @Nullable String key, @Nullable String channel) {

	/** The commands that run scripts. */
	public static final List<RequiredCommand> SCRIPTS = List.of(of("EVALSHA", "0".repeat(40), "0"),
			of("EVAL", "return 1", "0"));

	private static final String PLACE = "?";

	private static final Set<String> WITH_SUBCOMMANDS = Set.of("XGROUP", "XINFO", "CLUSTER");

	/**
	 * Describes a command without a key.
	 * @param words the command
	 * @return the description
	 */
	public static RequiredCommand of(String... words) {
		return new RequiredCommand(List.of(words), null, null);
	}

	/**
	 * Describes a command on a key.
	 * @param key the key
	 * @param words the command, with {@code ?} where the key stands
	 * @return the description
	 */
	public static RequiredCommand onKey(String key, String... words) {
		return new RequiredCommand(fill(words, key), key, null);
	}

	/**
	 * Describes a command on a channel.
	 * @param channel the channel
	 * @param words the command, with {@code ?} where the channel stands
	 * @return the description
	 */
	public static RequiredCommand onChannel(String channel, String... words) {
		return new RequiredCommand(fill(words, channel), null, channel);
	}

	private static List<String> fill(String[] words, String name) {
		return Arrays.stream(words).map((word) -> word.equals(PLACE) ? name : word).toList();
	}

	/**
	 * Returns the rules that allow the key and the channel, as {@code ACL SETUSER} takes
	 * it.
	 * @return for example {@code ~orders}; empty for a command without either
	 */
	public List<String> names() {
		return Stream
			.concat(Stream.ofNullable(this.key).map((name) -> "~" + pattern(name)),
					Stream.ofNullable(this.channel).map((name) -> "&" + (isOnPattern() ? name : pattern(name))))
			.toList();
	}

	/** A pattern is allowed by the very same one. */
	private boolean isOnPattern() {
		return this.words.get(0).equals("PSUBSCRIBE");
	}

	/** A pattern that matches this name only. */
	private static String pattern(String name) {
		return name.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
	}

	/**
	 * Returns the rule that allows the command, as {@code ACL SETUSER} takes it.
	 * @return for example {@code +xgroup|create}
	 */
	public String permission() {
		String name = this.words.get(0);
		return "+" + (WITH_SUBCOMMANDS.contains(name) ? name + "|" + this.words.get(1) : name).toLowerCase(Locale.ROOT);
	}

}
