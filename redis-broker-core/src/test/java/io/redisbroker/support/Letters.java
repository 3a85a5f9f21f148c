package io.redisbroker.support;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters of a source, {@code m-0}, {@code m-1}, …, as if that many messages had
 * failed.
 */
public final class Letters {

	/**
	 * Writes all at once, because one by one takes long when each is written to the disk.
	 */
	private static final String WRITE = """
			for i = 0, ARGV[2] - 1 do
			  redis.call('XADD', KEYS[1], '*', 'payload', 'm-' .. i, 'dead-letter-source', ARGV[1])
			end""";

	private final RedisClusterCommands<String, String> redis;

	private final String source;

	private final int count;

	private Letters(RedisClusterCommands<String, String> redis, String source, int count) {
		this.redis = redis;
		this.source = source;
		this.count = count;
	}

	public static Letters write(RedisClusterCommands<String, String> redis, String source, int count) {
		Letters letters = new Letters(redis, source, count);
		redis.eval(WRITE, ScriptOutputType.STATUS, new String[] { letters.key() }, source, Integer.toString(count));
		return letters;
	}

	private String key() {
		return "{" + this.source + "}:dlq";
	}

	/** The number of dead letters that are left. */
	public long left() {
		return this.redis.xlen(key());
	}

	/** The ids of those that are left, the oldest first. */
	public List<String> ids() {
		return this.redis.xrange(key(), Range.unbounded()).stream().map((letter) -> letter.getId()).toList();
	}

	/** Checks that no dead letter is left, and that each message is back exactly once. */
	public void assertAllAreBackOnce(TestedTransport transport) {
		assertThat(left()).isZero();
		List<String> back = transport.stored(this.redis, this.source);
		assertThat(back).hasSize(this.count);
		assertThat(new TreeSet<>(back))
			.isEqualTo(new TreeSet<>(IntStream.range(0, this.count).mapToObj((i) -> "m-" + i).toList()));
	}

}
