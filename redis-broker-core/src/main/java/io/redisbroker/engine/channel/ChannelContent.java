package io.redisbroker.engine.channel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A published message, decoded on access: not by the thread that receives it.
 */
final class ChannelContent implements Delivery.Content {

	private final byte[] published;

	private final String channel;

	private final @Nullable String pattern;

	private Delivery.@Nullable Content content;

	ChannelContent(byte[] published, String channel, @Nullable String pattern) {
		this.published = published;
		this.channel = channel;
		this.pattern = pattern;
	}

	private synchronized Delivery.Content content() {
		Delivery.Content result = this.content;
		if (result == null) {
			result = Envelope.decode(this.published);
			this.content = result;
		}
		return result;
	}

	@Override
	public byte @Nullable [] payload() {
		return content().payload();
	}

	@Override
	public Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>(content().headers());
		headers.put(BrokerHeaders.CHANNEL, this.channel);
		if (this.pattern != null) {
			headers.put(BrokerHeaders.PATTERN, this.pattern);
		}
		else {
			headers.remove(BrokerHeaders.PATTERN);
		}
		return Collections.unmodifiableMap(headers);
	}

	@Override
	public @Nullable String header(String name) {
		return name.startsWith(BrokerHeaders.PREFIX) ? headers().get(name) : content().header(name);
	}

	@Override
	public @Nullable String pattern() {
		return this.pattern;
	}

	@Override
	public byte[][] raw() {
		return content().raw();
	}

}
