package io.redisbroker.channel;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Tells of gaps: to whoever counts, and to the application, one after the other on a
 * thread of its own, so that no listener of events keeps subscriptions from healing.
 */
final class GapAnnouncer {

	private static final Logger logger = LoggerFactory.getLogger(GapAnnouncer.class);

	private final BrokerEvents events;

	private final ApplicationEventPublisher publisher;

	private final ThreadPoolExecutor executor;

	GapAnnouncer(BrokerEvents events, ApplicationEventPublisher publisher) {
		this.events = events;
		this.publisher = publisher;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-broker-gaps-");
		threads.setDaemon(true);
		this.executor = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
		this.executor.allowCoreThreadTimeOut(true);
	}

	void announce(String listenerId, String channel, Duration gap) {
		this.events.gap(listenerId, channel, gap);
		SubscriptionGapEvent event = new SubscriptionGapEvent(listenerId, channel, gap);
		this.executor.execute(() -> {
			try {
				this.publisher.publishEvent(event);
			}
			catch (RuntimeException ex) {
				logger.error("A listener of SubscriptionGapEvent failed: {}", event, ex);
			}
		});
	}

}
