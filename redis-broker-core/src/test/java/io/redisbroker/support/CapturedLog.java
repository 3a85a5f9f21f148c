package io.redisbroker.support;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Captures the log lines of redis-broker with WARN and ERROR until it is closed.
 */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final Logger logger;

	private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

	public CapturedLog() {
		this("io.redisbroker");
	}

	/** Captures the log lines of another logger. */
	public CapturedLog(String name) {
		this.logger = (Logger) LoggerFactory.getLogger(name);
		start();
		this.logger.addAppender(this);
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
			this.warnings.add(event.getFormattedMessage());
		}
	}

	public List<String> warnings() {
		return List.copyOf(this.warnings);
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
	}

}
