package io.redisbroker.engine.queue;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.converter.EncodedPayload;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.registry.Redrive;
import io.redisbroker.engine.settlement.RedrivenLetter;
import io.redisbroker.engine.write.Outgoing;
import io.redisbroker.engine.write.QueueDestination;
import io.redisbroker.engine.write.ScriptPiece;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * Puts messages back into a queue, under the ids they had.
 */
final class QueueRedrive implements Redrive {

	/** An id that Redis gave when a message was first handed out, and the handing out. */
	private static final Pattern ID = Pattern.compile("\\d{1,15}-\\d{1,15}");

	private final RedisConnection connection;

	private final DeadLetterSource source;

	QueueRedrive(RedisConnection connection, DeadLetterSource source) {
		this.connection = connection;
		this.source = source;
	}

	@Override
	public CompletableFuture<Boolean> putBack(StoredDeadLetter letter, @Nullable EncodedPayload payload) {
		RedrivenLetter redriven = new RedrivenLetter(this.source, letter);
		ScriptPiece message = new QueueDestination(this.source.source()).piece(message(redriven, payload));
		String id = redriven.acknowledgedId();
		if (id == null || !ID.matcher(id).matches()) {
			return redriven.putBackAsNew(this.connection, message);
		}
		QueueKeys keys = new QueueKeys(this.source.source());
		return this.connection.run(QueueScripts.REDRIVE,
				message.keysAfter(this.source.deadLetters(), keys.messages(), keys.delayed()),
				message.argsAfter(letter.id(), WakeUps.channel(keys.queue()), id, id.substring(id.indexOf('-') + 1)))
			.thenApply((count) -> (Long) count.get(0) > 0);
	}

	private static Outgoing message(RedrivenLetter redriven, @Nullable EncodedPayload other) {
		byte[] payload = (other != null) ? other.bytes() : redriven.letter().payload();
		Map<String, String> headers = redriven.letter().headers();
		if (other != null) {
			headers.remove(MessageHeaders.CONTENT_TYPE);
			if (other.contentType() != null) {
				headers.put(MessageHeaders.CONTENT_TYPE, other.contentType());
			}
		}
		headers.put(DeadLetter.REDRIVES, String.valueOf(redriven.redrives()));
		return new Outgoing((payload != null) ? payload : new byte[0], headers);
	}

}
