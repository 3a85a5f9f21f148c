package io.redisbroker.client.pubsub;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import io.redisbroker.client.Failures;
import io.redisbroker.message.Keys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals between instances that say "look now": an instance takes messages at once that
 * another one hands back, although it looks for them only at intervals. Best effort: a
 * missed signal costs time, and never a message. Thread-safe.
 */
public final class WakeUps {

	private static final Logger logger = LoggerFactory.getLogger(WakeUps.class);

	private final Subscriptions subscriptions;

	public WakeUps(Subscriptions subscriptions) {
		this.subscriptions = subscriptions;
	}

	/**
	 * Returns the channel that scripts publish to for a stream or queue.
	 * @param name the stream or queue
	 * @return the channel
	 */
	public static String channel(String name) {
		return Keys.companion(name, "wake");
	}

	/**
	 * Calls back when a signal for a stream or queue arrives, and whenever signals may
	 * have been missed: when the subscription begins, and after each gap. Returns at
	 * once; the subscription follows, and is retried until Redis is there.
	 * @param name the stream or queue
	 * @param listener called with the text of the signal, or with an empty text if
	 * signals may have been missed, on an I/O thread, so it must not block
	 * @return ends the notifications of this listener
	 */
	public Runnable listen(String name, Consumer<String> listener) {
		Topic topic = new Topic(Topic.Kind.CHANNEL, channel(name));
		Subscription subscription = this.subscriptions.subscribe(Set.of(topic), new SubscriptionListener() {

			@Override
			public void message(Topic topic, String channel, byte[] payload) {
				listener.accept(new String(payload, StandardCharsets.UTF_8));
			}

			@Override
			public void healed(Topic topic, Duration gap) {
				listener.accept("");
			}

			@Override
			public void unavailable(Topic topic, Throwable cause) {
				if (Failures.isTransient(cause)) {
					logger.debug("No wake-up signals on {} for now", topic, cause);
				}
				else {
					logger.warn("No wake-up signals on {}, so messages that other instances hand back are "
							+ "taken later: {}", topic, cause.getMessage());
				}
			}

		});
		subscription.ready().thenRun(() -> listener.accept(""));
		return subscription::close;
	}

}
