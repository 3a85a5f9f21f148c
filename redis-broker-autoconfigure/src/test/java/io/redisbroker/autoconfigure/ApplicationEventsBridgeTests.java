package io.redisbroker.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.redisbroker.event.ListenerStartedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ApplicationEventsBridge}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationEventsBridgeTests {

	private final Queue<Object> heard = new ConcurrentLinkedQueue<>();

	private final ApplicationEventsBridge bridge = new ApplicationEventsBridge((event) -> {
		this.heard.add(event);
		throw new NoClassDefFoundError("as asked");
	});

	@Test
	void anErrorOfAnEventListenerIsToldLikeAnException(CapturedOutput output) throws InterruptedException {
		this.bridge.started("billing");
		this.bridge.started("shipping");
		this.bridge.destroy();
		assertThat(this.heard).containsExactly(new ListenerStartedEvent("billing"),
				new ListenerStartedEvent("shipping"));
		assertThat(output).contains("An event listener failed on " + new ListenerStartedEvent("shipping"))
			.doesNotContain("Exception in thread");
	}

	@Test
	void whatHappensAfterTheEndIsNotBlamedOnSlowEventListeners(CapturedOutput output) throws InterruptedException {
		this.bridge.destroy();
		this.bridge.stopped("billing");
		assertThat(output).contains("is dropped, since the application has ended").doesNotContain("too slow");
	}

}
