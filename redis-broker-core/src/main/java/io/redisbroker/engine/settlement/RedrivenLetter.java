package io.redisbroker.engine.settlement;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.write.ScriptPiece;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter whose message is put back into its source.
 *
 * @param source the source
 * @param letter the dead letter
 */
public record RedrivenLetter(DeadLetterSource source, StoredDeadLetter letter) {

	private static final Script PUT_BACK = Script.load(RedrivenLetter.class, ScriptPiece.SCRIPT, "put-back.lua");

	/** How often the message has been put back, this time included. */
	public int redrives() {
		return this.letter.redrives() + 1;
	}

	/**
	 * The id that the message had in its source.
	 * @return the id; {@code null} if it is unknown, or the listener acknowledges
	 * nothing, so that its id means nothing any more
	 */
	public @Nullable String acknowledgedId() {
		return DeadLetterFields.isAcknowledged(this.letter) ? this.letter.told("id") : null;
	}

	/** Whether the dead letter has all fields of the message, byte for byte. */
	public boolean hasAllFields() {
		return this.letter.told(DeadLetterFields.FIELDS) == null;
	}

	/**
	 * Writes the message into its source as a new one, and removes the dead letter in the
	 * same script.
	 * @param connection the connection to Redis
	 * @param message writes the message
	 * @return {@code false} if the dead letter was gone
	 */
	public CompletableFuture<Boolean> putBackAsNew(RedisConnection connection, ScriptPiece message) {
		return connection
			.run(PUT_BACK, message.keysAfter(this.source.deadLetters()), message.argsAfter(this.letter.id()))
			.thenApply((count) -> (Long) count.get(0) > 0);
	}

}
