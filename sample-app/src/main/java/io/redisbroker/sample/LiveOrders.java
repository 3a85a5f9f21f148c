package io.redisbroker.sample;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.annotation.ChannelListener;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Shows every step of every order live. A viewer is connected to one instance, and
 * another instance may take the step. So each step is published on a channel, to which
 * all instances listen.
 */
@RestController
class LiveOrders {

	static final String CHANNEL = "order-steps";

	private static final long FOR_EVER = 0;

	private final Set<SseEmitter> viewers = ConcurrentHashMap.newKeySet();

	@GetMapping(path = "/orders/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter watch() throws IOException {
		SseEmitter viewer = new SseEmitter(FOR_EVER);
		viewer.onCompletion(() -> this.viewers.remove(viewer));
		viewer.send(SseEmitter.event().comment("watching"));
		this.viewers.add(viewer);
		return viewer;
	}

	@ChannelListener(CHANNEL)
	void show(String step) {
		for (SseEmitter viewer : this.viewers) {
			try {
				viewer.send(step);
			}
			catch (IOException | IllegalStateException ex) {
				this.viewers.remove(viewer);
			}
		}
	}

	/** Otherwise the web server waits for the viewers at shutdown. */
	@EventListener(ContextClosedEvent.class)
	void end() {
		this.viewers.forEach(SseEmitter::complete);
	}

}
