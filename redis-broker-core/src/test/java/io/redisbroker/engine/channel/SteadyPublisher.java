package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.redisbroker.message.Delivery;
import io.redisbroker.support.Recorder;

/**
 * Publishes 100 messages per second on each of some channels, numbered from 0. A number
 * is published once, also when that fails.
 */
final class SteadyPublisher implements AutoCloseable {

	private static final long NOBODY_PUBLISHES = TimeUnit.MILLISECONDS.toNanos(500);

	private final Map<String, Queue<Published>> published = new ConcurrentHashMap<>();

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

	private final Collection<String> channels;

	private final Way way;

	private int next;

	SteadyPublisher(Collection<String> channels, Way way) {
		this.channels = List.copyOf(channels);
		this.way = way;
		channels.forEach((channel) -> this.published.put(channel, new ConcurrentLinkedQueue<>()));
		this.clock.scheduleAtFixedRate(this::publish, 0, 10, TimeUnit.MILLISECONDS);
	}

	private void publish() {
		int number = this.next++;
		for (String channel : this.channels) {
			long at = System.nanoTime();
			try {
				this.way.publish(channel, String.valueOf(number)).whenComplete((receivers, failure) -> {
					if (failure == null) {
						this.published.get(channel).add(new Published(number, at));
					}
				});
			}
			catch (RuntimeException ex) {
				// the next number will be published elsewhere, or later
			}
		}
	}

	int count(String channel) {
		return this.published.get(channel).size();
	}

	/** Publishes no more. */
	@Override
	public void close() {
		this.clock.shutdown();
		try {
			this.clock.awaitTermination(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the longest time during which messages were published on a channel and not
	 * heard. While nobody could publish, as during an election, there was nothing to
	 * hear: that time does not count, but does not end a silence either. What was
	 * published after the last message heard may still be on its way.
	 */
	Duration longestSilence(String channel, Recorder recorder) {
		Set<Integer> heard = new HashSet<>(numbers(channel, recorder));
		int last = heard.stream().mapToInt(Integer::intValue).max().orElse(-1);
		List<Published> all = new ArrayList<>(this.published.get(channel));
		all.removeIf((each) -> each.number() > last);
		all.sort(Comparator.comparing(Published::number));
		long longest = 0;
		long silence = 0;
		Published before = null;
		for (Published each : all) {
			if (before != null && !heard.contains(before.number())) {
				long step = each.at() - before.at();
				silence += (step > NOBODY_PUBLISHES) ? 0 : step;
				longest = Math.max(longest, silence);
			}
			if (heard.contains(each.number())) {
				silence = 0;
			}
			before = each;
		}
		return Duration.ofNanos(longest);
	}

	/** The last number that was published for sure. */
	int last(String channel) {
		return this.published.get(channel).stream().mapToInt(Published::number).max().orElse(-1);
	}

	/** Whether Redis has confirmed a number. */
	boolean isPublished(String channel, int number) {
		return this.published.get(channel).stream().anyMatch((each) -> each.number() == number);
	}

	/**
	 * Tells whether a number beyond another one was heard. Looks at the latest messages
	 * first: it is asked a hundred times per second, and must not be what keeps the
	 * machine busy.
	 */
	static boolean isHeardBeyond(int number, String channel, Recorder recorder) {
		List<Delivery> deliveries = recorder.deliveries();
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			if (deliveries.get(i).source().equals(channel)) {
				return Integer.parseInt(String.valueOf(deliveries.get(i).text())) > number;
			}
		}
		return false;
	}

	static List<Integer> numbers(String channel, Recorder recorder) {
		return recorder.deliveries()
			.stream()
			.filter((each) -> each.source().equals(channel))
			.map(Delivery::text)
			.map(Integer::valueOf)
			.toList();
	}

	/** How a message is published. */
	@FunctionalInterface
	interface Way {

		CompletionStage<?> publish(String channel, String message);

	}

	private record Published(int number, long at) {
	}

}
