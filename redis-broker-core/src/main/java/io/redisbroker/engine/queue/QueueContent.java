package io.redisbroker.engine.queue;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A message of a queue, with the data that its transport needs to settle it.
 *
 * @param content the message
 * @param value the element of the list
 * @param receipt {@code id:handout:deliveries:failures:owner}, which proves the lease;
 * empty without one
 * @param takeover the last takeover that was known when it was asked for
 */
record QueueContent(Delivery.Content content, byte[] value, String receipt,
		String takeover) implements Delivery.Content {

	/** A message that was delivered before. */
	static Delivery delivery(String queue, byte[] receipt, byte[] value, String takeover) {
		String text = new String(receipt, StandardCharsets.UTF_8);
		String[] parts = text.split(":", 5);
		return new Delivery(queue, parts[0], Long.parseLong(parts[2]), Long.parseLong(parts[3]),
				of(value, text, takeover));
	}

	/** A message that was never delivered before: its receipt can be told. */
	static Delivery firstDelivery(String queue, String time, long handout, String owner, byte[] value,
			String takeover) {
		String id = time + '-' + handout;
		return new Delivery(queue, id, 1, of(value, id + ':' + handout + ":1:0:" + owner, takeover));
	}

	private static QueueContent of(byte[] value, String receipt, String takeover) {
		return new QueueContent(Envelope.decode(value), value, receipt, takeover);
	}

	/** A message without a lease. */
	static QueueContent unowned(byte[] value) {
		return of(value, "", Takeovers.UNKNOWN);
	}

	static String receiptOf(Delivery delivery) {
		return ((QueueContent) delivery.content()).receipt();
	}

	static String takeoverOf(Delivery delivery) {
		return ((QueueContent) delivery.content()).takeover();
	}

	static byte[] valueOf(Delivery delivery) {
		return ((QueueContent) delivery.content()).value();
	}

	@Override
	public byte @Nullable [] payload() {
		return this.content.payload();
	}

	@Override
	public Map<String, String> headers() {
		return this.content.headers();
	}

	@Override
	public @Nullable String header(String name) {
		return this.content.header(name);
	}

	@Override
	public byte[][] raw() {
		return this.content.raw();
	}

}
