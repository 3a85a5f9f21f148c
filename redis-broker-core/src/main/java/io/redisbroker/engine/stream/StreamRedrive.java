package io.redisbroker.engine.stream;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.GroupKeys;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.converter.EncodedPayload;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.registry.Redrive;
import io.redisbroker.engine.settlement.RedrivenLetter;
import io.redisbroker.engine.write.RedrivenCopy;
import io.redisbroker.engine.write.StreamDestination;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.MessageHeaders;

/**
 * Puts messages back into a stream: the entry becomes pending again for the group that
 * gave up on it, or, if the stream no longer has it, a copy is added for that group.
 */
final class StreamRedrive implements Redrive {

	private static final Logger logger = LoggerFactory.getLogger(StreamRedrive.class);

	private static final Pattern ENTRY_ID = Pattern.compile("\\d{1,20}-\\d{1,20}");

	private static final long NO_GROUP = -2;

	private final RedisConnection connection;

	private final DeadLetterSource source;

	StreamRedrive(RedisConnection connection, DeadLetterSource source) {
		this.connection = connection;
		this.source = source;
	}

	@Override
	public CompletableFuture<Boolean> putBack(StoredDeadLetter letter, @Nullable EncodedPayload payload) {
		RedrivenLetter redriven = new RedrivenLetter(this.source, letter);
		String group = letter.group();
		String entry = redriven.acknowledgedId();
		if (payload != null || group == null || entry == null || !isEntryId(entry)) {
			return asCopy(redriven, payload);
		}
		return toGroup(redriven, group, entry);
	}

	private static boolean isEntryId(String id) {
		return ENTRY_ID.matcher(id).matches()
				&& Arrays.stream(id.split("-")).allMatch((part) -> new BigInteger(part).bitLength() <= Long.SIZE);
	}

	private CompletableFuture<Boolean> toGroup(RedrivenLetter redriven, String group, String entry) {
		String stream = this.source.source();
		GroupKeys keys = new GroupKeys(stream, group);
		return this.connection.run(StreamScripts.REDRIVE_TO_GROUP,
				List.of(this.source.deadLetters(), stream, keys.retries(), keys.failures()),
				List.of(redriven.letter().id(), group, GroupKeys.PARKING, WakeUps.channel(stream), entry,
						redriven.redrives(), redriven.hasAllFields() ? 1 : 0))
			.thenCompose((reply) -> {
				long result = (Long) reply.get(0);
				if (result >= 0) {
					return CompletableFuture.completedFuture(result > 0);
				}
				if (result == NO_GROUP) {
					logger.warn("Stream '{}' has no group '{}': the message {} waits in the stream until a listener "
							+ "of that group starts", stream, group, entry);
				}
				return asCopy(redriven, null);
			});
	}

	private CompletableFuture<Boolean> asCopy(RedrivenLetter redriven, @Nullable EncodedPayload other) {
		StreamDestination stream = new StreamDestination(this.source.source());
		return redriven.putBackAsNew(this.connection, stream.piece(copy(redriven, other)));
	}

	/** The fields of a new entry for the consumers that gave up. */
	private static List<Object> copy(RedrivenLetter redriven, @Nullable EncodedPayload other) {
		StoredDeadLetter letter = redriven.letter();
		if (!redriven.hasAllFields()) {
			throw new IllegalArgumentException(
					"Dead letter " + letter.id() + " has too many fields to be put back into a stream");
		}
		List<Object> entry = new ArrayList<>(recipient(letter));
		boolean replaced = false;
		for (int i = 0; i < letter.original().size(); i += 2) {
			byte[] value = letter.original().get(i + 1);
			if (other != null) {
				String name = new String(letter.original().get(i), StandardCharsets.UTF_8);
				if (name.equals(MessageHeaders.CONTENT_TYPE)) {
					continue;
				}
				if (name.equals(Delivery.Content.PAYLOAD)) {
					value = other.bytes();
					replaced = true;
				}
			}
			entry.add(letter.original().get(i));
			entry.add(value);
		}
		if (other != null && !replaced) {
			throw new IllegalArgumentException(
					"Dead letter " + letter.id() + " has fields and no payload, which can't be replaced");
		}
		if (other != null && other.contentType() != null) {
			entry.add(MessageHeaders.CONTENT_TYPE);
			entry.add(other.contentType());
		}
		entry.add(DeadLetter.REDRIVES);
		entry.add(String.valueOf(redriven.redrives()));
		return entry;
	}

	/** The first fields of a copy; none if the consumers that gave up are unknown. */
	private static List<Object> recipient(StoredDeadLetter letter) {
		String group = letter.group();
		String listener = letter.told("listener");
		if (group == null && listener == null) {
			return List.of();
		}
		String recipient = (group != null) ? RedrivenCopy.group(group)
				: RedrivenCopy.listener(Objects.requireNonNull(listener));
		return new RedrivenCopy(recipient, Objects.requireNonNullElse(letter.told("id"), "")).fields();
	}

}
