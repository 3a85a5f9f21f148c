package io.redisbroker.engine.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.redisbroker.admin.Backlog;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import org.jspecify.annotations.Nullable;

/**
 * The backlog of a group, asked in one round trip and timed by Redis' clock.
 */
final class StreamBacklog {

	private StreamBacklog() {
	}

	static CompletableFuture<Backlog> of(RedisConnection connection, String stream, String group) {
		return connection.run(StreamScripts.BACKLOG, List.of(stream), List.of(group, Membership.PARKING))
			.thenApply(StreamBacklog::read);
	}

	private static Backlog read(List<Object> reply) {
		List<String> values = reply.stream().map(Reply::text).toList();
		long lag = Long.parseLong(values.get(1));
		return new Backlog((lag >= 0) ? lag : null, Long.parseLong(values.get(2)), Long.parseLong(values.get(3)),
				age(Instant.ofEpochMilli(Long.parseLong(values.get(0))), values.subList(4, 6)));
	}

	private static @Nullable Duration age(Instant now, List<String> unsettled) {
		String oldest = Stream.of(unsettled.get(0), unsettled.get(1))
			.filter((id) -> !id.isEmpty())
			.min(StreamIds.ORDER)
			.orElse("");
		if (oldest.isEmpty()) {
			return Duration.ZERO;
		}
		Instant sent = StreamIds.time(oldest);
		return (sent != null) ? Duration.between(sent, now) : null;
	}

}
