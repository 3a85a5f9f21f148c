package io.redisbroker.channel;

import java.io.Serial;
import java.time.Duration;

import org.springframework.context.ApplicationEvent;

/**
 * A channel was not subscribed for a while and is again. What was published meanwhile is
 * gone: the moment to read anew what one holds a copy of.
 *
 * @since 0.1.0
 */
public class SubscriptionGapEvent extends ApplicationEvent {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String channel;

	private final Duration duration;

	/**
	 * Creates the event.
	 * @param listenerId the listener's id
	 * @param channel the channel or pattern, as Redis knows it
	 * @param duration how long nothing could arrive
	 */
	public SubscriptionGapEvent(String listenerId, String channel, Duration duration) {
		super(listenerId);
		this.channel = channel;
		this.duration = duration;
	}

	/**
	 * Returns whose subscription it was.
	 * @return the listener's id
	 */
	public String getListenerId() {
		return (String) getSource();
	}

	/**
	 * Returns what was not subscribed.
	 * @return the channel or pattern, as Redis knows it
	 */
	public String getChannel() {
		return this.channel;
	}

	/**
	 * Returns how long nothing could arrive.
	 * @return the duration
	 */
	public Duration getDuration() {
		return this.duration;
	}

	@Override
	public String toString() {
		return "Listener '" + getListenerId() + "' heard nothing of '" + this.channel + "' for "
				+ this.duration.toMillis() + " ms";
	}

}
