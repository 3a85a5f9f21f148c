package io.redisbroker.engine.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.GroupKeys;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.client.pubsub.RedisDirectory;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.message.Keys;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a message back to those that gave up, under the id it had wherever Redis can.
 */
public final class Redrive {

	private static final Logger logger = LoggerFactory.getLogger(Redrive.class);

	private static final Script AS_NEW = Script.load(Redrive.class, "redrive-new.lua");

	private static final Script TO_GROUP = Script.load(Redrive.class, "redrive-to-group.lua");

	private static final Script TO_QUEUE = Script.load(Redrive.class, "redrive-to-queue.lua");

	private static final long NO_GROUP = -2;

	private final RedisDirectory directory;

	public Redrive(RedisDirectory directory) {
		this.directory = directory;
	}

	private RedisConnection redisOf(DeadLetterSource source) {
		return this.directory.get(source.connectionFactory()).shared();
	}

	/**
	 * Puts a message back.
	 * @param source where it was
	 * @param stored its dead letter
	 * @param payload the payload in place of the one it had, or {@code null}
	 * @return whether the dead letter was still there; an
	 * {@link IllegalArgumentException} where the message can't be put back
	 */
	public CompletableFuture<Boolean> redrive(DeadLetterSource source, StoredDeadLetter stored,
			byte @Nullable [] payload) {
		RedrivenLetter letter = new RedrivenLetter(stored);
		if (source.type() != TransportType.STREAM) {
			return toQueue(source, letter, letter.message(payload));
		}
		String group = letter.group();
		String entry = letter.pendingId();
		if (payload != null || group == null || entry == null) {
			return asNew(source, letter, "XADD", letter.entry(payload));
		}
		return toGroup(source, letter, group, entry);
	}

	private CompletableFuture<Boolean> toGroup(DeadLetterSource source, RedrivenLetter letter, String group,
			String entry) {
		String stream = source.source();
		GroupKeys keys = new GroupKeys(stream, group);
		return redisOf(source).run(TO_GROUP, List.of(source.deadLetters(), stream, keys.retries(), keys.failures()),
				List.of(letter.id(), group, GroupKeys.PARKING, WakeUps.channel(stream), entry, letter.redrives(),
						letter.hasAllFields() ? 1 : 0))
			.thenCompose((reply) -> {
				long result = (Long) reply.get(0);
				if (result >= 0) {
					return CompletableFuture.completedFuture(result > 0);
				}
				if (result == NO_GROUP) {
					logger.warn("Stream '{}' has no group '{}': the message {} waits in the stream until a listener "
							+ "of that group starts", stream, group, entry);
				}
				return asNew(source, letter, "XADD", letter.entry(null));
			});
	}

	private CompletableFuture<Boolean> toQueue(DeadLetterSource source, RedrivenLetter letter, byte[] message) {
		String id = letter.queueId();
		if (id == null) {
			return asNew(source, letter, "LPUSH", List.of(message));
		}
		String queue = source.source();
		return redisOf(source)
			.run(TO_QUEUE,
					List.of(source.deadLetters(), queue, Keys.companion(queue, "messages"),
							Keys.companion(queue, "delayed")),
					List.of(letter.id(), WakeUps.channel(queue), id, id.substring(id.indexOf('-') + 1), message))
			.thenApply((count) -> (Long) count.get(0) > 0);
	}

	private CompletableFuture<Boolean> asNew(DeadLetterSource source, RedrivenLetter letter, String command,
			List<Object> values) {
		List<Object> args = new ArrayList<>(List.of(letter.id(), command));
		args.addAll(values);
		return redisOf(source).run(AS_NEW, List.of(source.deadLetters(), source.source()), args)
			.thenApply((count) -> (Long) count.get(0) > 0);
	}

}
