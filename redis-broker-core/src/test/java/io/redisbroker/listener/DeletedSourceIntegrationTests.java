package io.redisbroker.listener;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream is deleted while its messages are handled.
 */
@WithRedis
class DeletedSourceIntegrationTests {

	private static final Pattern FURTHER = Pattern.compile("could not settle (\\d+) more messages of orders");

	@Test
	void isALineAndANumberAndNotALineForEachMessage(RedisServer redis) {
		CountDownLatch gate = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(gate));
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(redis)) {
			broker.listen(TestedTransport.STREAM.endpoint("orders",
					TestSettings.defaults().concurrency(50).batchSize(1).build(), recorder.handler()));
			TestedTransport.STREAM.send(broker.broker(), "orders",
					IntStream.range(0, 50).mapToObj((i) -> "m-" + i).toList());
			await().until(() -> recorder.count() == 50);
			redis.commands().del("orders");
			gate.countDown();
			await().until(() -> told(log) == 50);
			assertThat(lines(log)).hasSizeBetween(2, 5);
		}
	}

	private static List<String> lines(CapturedLog log) {
		return log.warnings().stream().filter((line) -> line.contains("could not settle")).toList();
	}

	private static int told(CapturedLog log) {
		return lines(log).stream().mapToInt((line) -> {
			Matcher further = FURTHER.matcher(line);
			return further.find() ? Integer.parseInt(further.group(1)) : 1;
		}).sum();
	}

}
