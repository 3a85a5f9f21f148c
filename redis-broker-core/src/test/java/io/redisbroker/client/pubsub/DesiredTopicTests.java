package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.redisbroker.client.pubsub.Topic.Kind;
import io.redisbroker.failure.RedisErrorException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What those learn who want the same topic.
 */
class DesiredTopicTests {

	private static final Topic PRICES = new Topic(Kind.CHANNEL, "prices");

	private static final RedisErrorException REFUSED = new RedisErrorException("NOPERM no right");

	private final DesiredTopic topic = new DesiredTopic(PRICES);

	private final List<String> reports = new ArrayList<>();

	@Test
	void whoJoinsWhatRedisRefusesIsToldAtOnce() {
		join("one", Duration.ZERO);
		this.topic.failed(REFUSED, 0);
		Subscription other = join("other", Duration.ZERO);
		assertThat(this.reports).containsExactly("one lost", "other lost");
		assertThat(other.ready()).isCompletedExceptionally();
		assertThat(other.missing()).containsExactly("prices");
		this.topic.active();
		assertThat(join("third", Duration.ZERO).ready()).isCompletedWithValue(null);
		assertThat(this.reports).containsExactly("one lost", "other lost", "one healed", "other healed");
	}

	@Test
	void whoJoinsWhatIsOnItsWayLacksNothing() {
		join("one", Duration.ZERO);
		this.topic.failed(new RedisErrorException("LOADING from disk"), 0);
		assertThat(join("other", Duration.ZERO).ready()).isNotDone();
		assertThat(this.reports).containsExactly("one lost");
	}

	@Test
	void whoMissedSomethingIsToldOfTheGapWhenItIsOver() {
		join("one", Duration.ofMinutes(1));
		assertThat(this.reports).isEmpty();
		this.topic.active();
		assertThat(this.reports).containsExactly("one healed");
	}

	@Test
	void whatOneThrowsIsNoMatterOfTheOthers() {
		Subscription broken = new Subscription(Set.of(PRICES), new SubscriptionListener() {

			@Override
			public void message(Topic topic, String channel, byte[] payload) {
				throw new AssertionError("as asked");
			}

			@Override
			public void unavailable(Topic topic, Throwable cause) {
				throw new AssertionError("as asked");
			}

			@Override
			public void healed(Topic topic, Duration gap) {
				throw new AssertionError("as asked");
			}

		}, Duration.ZERO, (subscription) -> {
		});
		this.topic.join(broken);
		join("other", Duration.ZERO);
		this.topic.failed(REFUSED, 0);
		this.topic.active();
		this.topic.members().forEach((member) -> member.deliver(PRICES, "prices", new byte[0]));
		assertThat(this.reports).containsExactly("other lost", "other healed", "other hears");
		assertThat(broken.ready()).isDone();
	}

	private Subscription join(String name, Duration missed) {
		Subscription subscription = new Subscription(Set.of(PRICES), new SubscriptionListener() {

			@Override
			public void message(Topic topic, String channel, byte[] payload) {
				DesiredTopicTests.this.reports.add(name + " hears");
			}

			@Override
			public void unavailable(Topic topic, Throwable cause) {
				DesiredTopicTests.this.reports.add(name + " lost");
			}

			@Override
			public void healed(Topic topic, Duration gap) {
				DesiredTopicTests.this.reports.add(name + " healed");
			}

		}, missed, (ended) -> {
		});
		this.topic.join(subscription);
		return subscription;
	}

}
