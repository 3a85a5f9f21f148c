package io.redisbroker.autoconfigure;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.redisbroker.autoconfigure.ContentTypeIntegrationTests.Celsius;
import io.redisbroker.autoconfigure.ContentTypeIntegrationTests.Temperature;
import io.redisbroker.converter.PayloadFormat;
import io.redisbroker.retry.RetryAfterException;

import org.springframework.util.MimeType;

/**
 * A format for one kind of class, as Avro and Protobuf have them.
 */
class TemperatureFormat implements PayloadFormat {

	/** How often it can't read. */
	volatile int outages;

	@Override
	public MimeType contentType() {
		return MimeType.valueOf("application/x-temperature");
	}

	@Override
	public boolean supports(Class<?> type) {
		return Temperature.class.isAssignableFrom(type);
	}

	@Override
	public boolean isDefaultFor(Class<?> type) {
		return true;
	}

	@Override
	public byte[] encode(Object payload) {
		return ByteBuffer.allocate(Integer.BYTES).putInt(((Celsius) payload).degrees()).array();
	}

	@Override
	public synchronized Object decode(byte[] payload, Type type) {
		if (this.outages > 0) {
			this.outages--;
			throw new RetryAfterException("The registry of schemas is down", Duration.ofMillis(10));
		}
		return new Celsius(ByteBuffer.wrap(payload).getInt());
	}

}
