package io.redisbroker.benchmarks;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * The counterpart of {@link RawBlocking} for channels: a loop that blocks until the
 * thread that reads hands over messages, through a queue of the JDK.
 */
final class RawHandingOver extends RawLettuce {

	RawHandingOver(RedisURI uri) {
		super(uri);
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		BlockingQueue<byte[]> payloads = new LinkedBlockingQueue<>();
		StatefulRedisPubSubConnection<String, byte[]> reading = client().connectPubSub(CODEC);
		reading.addListener(new RedisPubSubAdapter<String, byte[]>() {
			@Override
			public void message(String channel, byte[] payload) {
				payloads.add(payload);
			}
		});
		reading.sync().subscribe(source.name());
		return Loop.start(() -> handler.accept(decode(payloads.take())), reading);
	}

}
