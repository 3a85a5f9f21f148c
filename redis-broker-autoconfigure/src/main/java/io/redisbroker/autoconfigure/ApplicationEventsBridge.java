package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.event.DeadLetteredEvent;
import io.redisbroker.event.ListenerEvent;
import io.redisbroker.event.ListenerGaveUpEvent;
import io.redisbroker.event.ListenerPausedEvent;
import io.redisbroker.event.ListenerResumedEvent;
import io.redisbroker.event.ListenerStartedEvent;
import io.redisbroker.event.ListenerStoppedEvent;
import io.redisbroker.event.SubscriptionGapEvent;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Publishes the events of listeners in the application: in order, on a thread of its own,
 * since the application's code may take long and the engine's threads must not. While
 * {@value #WAITING} events wait, further ones are dropped, with a warning.
 */
class ApplicationEventsBridge implements BrokerEvents, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(ApplicationEventsBridge.class);

	private static final int WAITING = 10_000;

	private final ApplicationEventPublisher publisher;

	private final ExecutorService executor;

	ApplicationEventsBridge(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-broker-events-");
		threads.setDaemon(true);
		ThreadPoolExecutor single = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(WAITING), threads);
		single.allowCoreThreadTimeOut(true);
		this.executor = single;
	}

	@Override
	public void started(String listener) {
		publish(new ListenerStartedEvent(listener));
	}

	@Override
	public void stopped(String listener) {
		publish(new ListenerStoppedEvent(listener));
	}

	@Override
	public void paused(String listener) {
		publish(new ListenerPausedEvent(listener));
	}

	@Override
	public void resumed(String listener) {
		publish(new ListenerResumedEvent(listener));
	}

	@Override
	public void gaveUp(String listener, Throwable failure) {
		publish(new ListenerGaveUpEvent(listener, failure));
	}

	@Override
	public void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
		publish(new DeadLetteredEvent(listener, delivery, letter));
	}

	@Override
	public void gap(String listener, String channel, Duration duration) {
		publish(new SubscriptionGapEvent(listener, channel, duration));
	}

	private void publish(ListenerEvent event) {
		try {
			this.executor.execute(() -> {
				try {
					this.publisher.publishEvent(event);
				}
				catch (Throwable ex) {
					logger.warn("An event listener failed on {}. Further events are published", event, ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.warn("Event {} is dropped, since {}", event, this.executor.isShutdown() ? "the application has ended"
					: WAITING + " events wait for event listeners that are too slow");
		}
	}

	/** Publishes the last events before the application ends. */
	@Override
	public void destroy() throws InterruptedException {
		this.executor.shutdown();
		if (!this.executor.awaitTermination(2, TimeUnit.SECONDS)) {
			logger.warn("Event listeners are too slow: events of listeners that stopped are dropped");
			this.executor.shutdownNow();
		}
	}

}
