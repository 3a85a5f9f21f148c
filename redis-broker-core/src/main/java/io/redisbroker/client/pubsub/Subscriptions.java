package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import io.redisbroker.client.Failures;
import io.redisbroker.client.LettuceConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.pubsub.DesiredTopic.State;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * All pub/sub of an application, on one connection per node. The desired topics are
 * state. One step, {@link #reconcile}, makes the subscriptions in Redis agree with them
 * after every event that may change either: a new listener, a subscription that Redis
 * ended, a broken connection, a silent node, another owner of a slot. That step and all
 * changes of state run on one thread; messages bypass it. Listeners of the same topic
 * share one subscription. Thread-safe.
 */
public final class Subscriptions {

	private static final Logger logger = LoggerFactory.getLogger(Subscriptions.class);

	/** The pauses after a refusal that does not pass by itself. */
	private static final Backoff REFUSED = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(30), 0.2);

	private final Map<Topic, DesiredTopic> desired = new ConcurrentHashMap<>();

	private final PubSubLinks links;

	private final Strand strand;

	private final Placement placement;

	private final Watchdog watchdog;

	private final AtomicBoolean due = new AtomicBoolean();

	private @Nullable ScheduledFuture<?> watch;

	private boolean retryPending;

	private int rounds;

	public Subscriptions(Function<Runnable, Placement> placement, Duration longestSilence, Duration replyTimeout,
			ThreadFactory threads) {
		this.strand = new Strand(threads);
		this.placement = placement.apply(this::reconcileSoon);
		this.watchdog = new Watchdog(longestSilence, this.placement.hasOtherNodes());
		Duration quarter = longestSilence.dividedBy(4);
		this.links = new PubSubLinks(this.placement, new Observer(),
				(quarter.compareTo(replyTimeout) < 0) ? quarter : replyTimeout);
	}

	/**
	 * Subscribes. Returns at once; attempts go on until the subscription is closed.
	 * @param topics the topics
	 * @param listener gets the messages
	 * @return the subscription
	 */
	public Subscription subscribe(Collection<Topic> topics, SubscriptionListener listener) {
		return subscribe(topics, listener, Duration.ZERO);
	}

	/**
	 * Subscribes after a time without subscription. Returns at once; attempts go on until
	 * the subscription is closed.
	 * @param topics the topics
	 * @param listener gets the messages
	 * @param missed how long the listener was not subscribed, which counts to the gap
	 * that is reported to it; zero for none
	 * @return the subscription
	 */
	public Subscription subscribe(Collection<Topic> topics, SubscriptionListener listener, Duration missed) {
		Subscription subscription = new Subscription(Set.copyOf(topics), listener, missed, this::end);
		execute(() -> {
			subscription.topics()
				.forEach((topic) -> this.desired.computeIfAbsent(topic, DesiredTopic::new).join(subscription));
			watch();
			reconcile();
		});
		return subscription;
	}

	private void end(Subscription subscription) {
		boolean accepted = execute(() -> {
			subscription.topics().forEach((topic) -> {
				DesiredTopic each = this.desired.get(topic);
				if (each != null) {
					each.members().remove(subscription);
				}
			});
			subscription.closed();
			reconcile();
		});
		if (!accepted) {
			subscription.closed();
		}
	}

	/** Ends all work. Open connections are closed by their client. */
	public void close() {
		try {
			this.strand.close();
			this.links.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean execute(Runnable step) {
		return this.strand.execute(step);
	}

	/** Reconciles once for all reports until then. */
	private void reconcileSoon() {
		if (this.due.compareAndSet(false, true)) {
			execute(this::reconcile);
		}
	}

	/** Makes the subscriptions in Redis agree with the desired topics. */
	private void reconcile() {
		this.due.set(false);
		long now = System.nanoTime();
		boolean agreed = true;
		for (DesiredTopic each : List.copyOf(this.desired.values())) {
			agreed &= reconcile(each, now);
		}
		closeUnusedLinks();
		if (agreed) {
			this.rounds = 0;
		}
		else {
			retryLater();
		}
	}

	private boolean reconcile(DesiredTopic topic, long now) {
		if (!topic.isWanted()) {
			abandon(topic);
			return true;
		}
		PubSubLink link = topic.link();
		if (topic.state() == State.ABSENT) {
			subscribe(topic, now);
			return topic.state() != State.ABSENT;
		}
		if (topic.state() == State.ACTIVE && link != null) {
			String node = this.placement.nodeFor(topic.topic());
			if (node != null && !node.equals(link.node())) {
				logger.debug("{} moves from {} to {}", topic.topic(), link, node);
				leave(topic, link);
			}
		}
		return true;
	}

	private void abandon(DesiredTopic topic) {
		PubSubLink link = topic.link();
		if (topic.state() == State.ACTIVE && link != null) {
			leave(topic, link);
		}
		if (topic.state() == State.ABSENT) {
			this.desired.remove(topic.topic());
		}
	}

	private void subscribe(DesiredTopic topic, long now) {
		String node = this.placement.nodeFor(topic.topic());
		if (node == null) {
			Throwable failure = this.placement.failure();
			if (failure != null) {
				topic.missing(failure);
			}
			return;
		}
		PubSubLink link = this.links.to(node, now);
		if (link == null || !link.isOpen() || !topic.isDue(now)) {
			return;
		}
		topic.subscribing(link);
		link.subscribe(topic.topic()).whenComplete((nothing, failure) -> {
			if (failure != null) {
				execute(() -> refused(topic, link, LettuceConnection.translate(failure)));
			}
		});
	}

	/** Ends a subscription at the wrong node before it is made at the right one. */
	private void leave(DesiredTopic topic, PubSubLink link) {
		if (this.watchdog.isSuspect(link)) {
			dropSuspect(link);
			return;
		}
		topic.leaving();
		link.unsubscribe(topic.topic()).whenComplete((nothing, failure) -> {
			if (failure != null) {
				execute(() -> drop(link, System.nanoTime(), LettuceConnection.translate(failure)));
			}
		});
	}

	private void dropSuspect(PubSubLink link) {
		drop(link, link.heardAt(), new RedisConnectionFailureException(link + " does not answer"));
	}

	private void refused(DesiredTopic topic, PubSubLink link, Throwable cause) {
		if (!topic.isOn(link)) {
			return;
		}
		if (!(cause instanceof RedisErrorException)) {
			// the state in Redis is unknown; without the connection there is no
			// subscription
			drop(link, System.nanoTime(), cause);
			return;
		}
		boolean passes = Failures.isTransient(cause);
		logger.debug("{} refuses {}", link, topic.topic(), cause);
		topic.failed(cause,
				(passes ? RedisConnections.BETWEEN_ATTEMPTS : REFUSED).delay(topic.failures() + 1L).toNanos());
		if (passes) {
			this.placement.disown(topic.topic(), link.node());
		}
		retryLater();
	}

	/** Gives a connection up, with all its subscriptions. */
	private void drop(PubSubLink link, long lastHeard, Throwable cause) {
		if (!this.links.drop(link)) {
			return;
		}
		logger.debug("Gave up the connection to {}", link, cause);
		this.placement.unreachable(link.node());
		for (DesiredTopic each : this.desired.values()) {
			if (each.isOn(link)) {
				each.absent(lastHeard, cause);
			}
			else if (each.state() == State.ABSENT && link.node().equals(this.placement.nodeFor(each.topic()))) {
				each.missing(cause);
			}
		}
		reconcile();
	}

	private void closeUnusedLinks() {
		Set<PubSubLink> used = new HashSet<>();
		for (DesiredTopic each : this.desired.values()) {
			PubSubLink link = each.link();
			if (link == null) {
				link = this.links.existing(this.placement.nodeFor(each.topic()));
			}
			if (link != null) {
				used.add(link);
			}
		}
		this.links.keepOnly(used);
	}

	private void retryLater() {
		if (!this.retryPending) {
			this.retryPending = true;
			this.strand.later(RedisConnections.BETWEEN_ATTEMPTS.delay(++this.rounds), () -> {
				this.retryPending = false;
				reconcile();
			});
		}
	}

	private void watch() {
		if (this.watch == null) {
			this.watch = this.strand.repeat(this.watchdog.period(), this::look);
		}
	}

	private void look() {
		if (this.watch != null && this.desired.isEmpty() && this.links.all().isEmpty()) {
			this.watch.cancel(false);
			this.watch = null;
			return;
		}
		long now = System.nanoTime();
		for (PubSubLink link : this.links.all()) {
			this.watchdog.look(link, now);
			if (this.watchdog.isDead(link, now)) {
				drop(link, link.heardAt(), new RedisConnectionFailureException(link + " is silent"));
			}
			else if (this.watchdog.isSuspect(link)) {
				this.placement.suspect(link.node());
				if (this.desired.values().stream().anyMatch((each) -> isStuck(each, link))) {
					dropSuspect(link);
				}
			}
		}
	}

	/** The topic belongs to another node by now, and its present node does not answer. */
	private boolean isStuck(DesiredTopic topic, PubSubLink link) {
		String node = topic.isWaitingFor(link) ? this.placement.nodeFor(topic.topic()) : null;
		return node != null && !node.equals(link.node());
	}

	/** Hands reports of I/O threads over to the one thread that may change state. */
	private final class Observer implements PubSubLink.Observer {

		@Override
		public void message(PubSubLink link, Topic topic, String channel, byte[] payload) {
			DesiredTopic target = Subscriptions.this.desired.get(topic);
			// a late message of the former connection is ignored: the present one has
			// brought it, too
			if (target != null && target.isOn(link)) {
				target.members().forEach((member) -> member.deliver(topic, channel, payload));
			}
		}

		@Override
		public void opened(PubSubLink link) {
			reconcileSoon();
		}

		@Override
		public void failed(PubSubLink link, Throwable cause) {
			execute(() -> drop(link, System.nanoTime(), cause));
		}

		@Override
		public void closed(PubSubLink link) {
			execute(() -> drop(link, System.nanoTime(),
					new RedisConnectionFailureException("The connection to " + link + " broke")));
		}

		@Override
		public void subscribed(PubSubLink link, Topic topic) {
			execute(() -> {
				DesiredTopic target = Subscriptions.this.desired.get(topic);
				if (target != null && target.isOn(link) && target.state() == State.SUBSCRIBING) {
					Subscriptions.this.links.works(link.node());
					target.active();
					reconcile(target, System.nanoTime());
				}
			});
		}

		@Override
		public void unsubscribed(PubSubLink link, Topic topic) {
			execute(() -> {
				DesiredTopic target = Subscriptions.this.desired.get(topic);
				if (target != null && target.isOn(link)) {
					Throwable cause = new RedisConnectionFailureException(
							link + " does not serve " + topic + " any more");
					if (target.state() == State.LEAVING) {
						target.left(System.nanoTime(), cause);
					}
					else {
						Subscriptions.this.placement.disown(topic, link.node());
						target.absent(System.nanoTime(), cause);
					}
					reconcileSoon();
				}
			});
		}

		@Override
		public void silent(PubSubLink link, long since) {
			execute(() -> Subscriptions.this.desired.values()
				.stream()
				.filter((each) -> each.isOn(link) && Subscriptions.this.placement.mayMissInSilence(each.topic()))
				.forEach((each) -> each.silent(since, new RedisConnectionFailureException(link
						+ " did not answer for a while; other nodes may have dropped messages for it meanwhile"))));
		}

	}

}
