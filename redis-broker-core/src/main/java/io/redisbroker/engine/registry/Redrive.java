package io.redisbroker.engine.registry;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.converter.EncodedPayload;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages of one source back into it.
 */
@FunctionalInterface
public interface Redrive {

	/**
	 * Puts a message back for the consumers that gave up on it, with fresh counts. The
	 * script that puts it back also removes its dead letter.
	 * @param letter the dead letter
	 * @param payload the payload in place of the one it had, or {@code null} to keep that
	 * @return {@code false} if the dead letter was gone; an
	 * {@link IllegalArgumentException}, thrown or in the future, if this message can't be
	 * put back
	 */
	CompletableFuture<Boolean> putBack(StoredDeadLetter letter, @Nullable EncodedPayload payload);

}
