package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.client.pubsub.Subscription;
import io.redisbroker.client.pubsub.SubscriptionListener;
import io.redisbroker.client.pubsub.Topic;
import io.redisbroker.engine.preflight.ServerRequirements;
import io.redisbroker.engine.push.DeliveryFeed;
import io.redisbroker.engine.settlement.DeadLetterFields;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.settlement.UnownedSettlement;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.Outage;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Feeds a listener with the messages of its channels, and reports gaps. Messages are
 * numbered in the order of their arrival.
 */
final class ChannelFeed implements DeliveryFeed, SubscriptionListener {

	private static final Logger logger = LoggerFactory.getLogger(ChannelFeed.class);

	/** How many gaps that come together are logged one by one. */
	private static final int MOST_LINES = 10;

	private final RedisConnections connections;

	private final PubSub pubSub;

	private final ChannelEndpoint endpoint;

	private final BrokerEvents events;

	private final Outage outage;

	private final Settlement settlement;

	private final Set<Topic> topics = new LinkedHashSet<>();

	private final AtomicLong number = new AtomicLong();

	private volatile Consumer<Delivery> receiver = (delivery) -> {
	};

	private volatile @Nullable Subscription subscription;

	/** The topics that are not subscribed, with the reasons. */
	private final Map<Topic, Absence> unavailable = new ConcurrentHashMap<>();

	private volatile long disconnectedAt;

	/** Whether Redis was reached once. */
	private volatile boolean reached;

	/**
	 * Topics subscribed again since the first gap. Used by the thread that heals only.
	 */
	private int healed;

	ChannelFeed(RedisConnections connections, PubSub pubSub, ChannelEndpoint endpoint, ListenerRuntime runtime) {
		this.connections = connections;
		this.pubSub = pubSub;
		this.endpoint = endpoint;
		this.events = runtime.events();
		this.outage = runtime.outage(endpoint.settings().connectionFactory());
		this.settlement = new UnownedSettlement(connections.shared(),
				(delivery, letter) -> DeadLetterFields.of(delivery, letter, TransportType.CHANNEL, null),
				endpoint.settings()::deadLettersOf, endpoint.settings().retention(), runtime.timer());
		Topic.Kind kind = endpoint.sharded() ? Topic.Kind.SHARD : Topic.Kind.CHANNEL;
		endpoint.channels().forEach((channel) -> this.topics.add(new Topic(kind, channel)));
		endpoint.patterns().forEach((pattern) -> this.topics.add(new Topic(Topic.Kind.PATTERN, pattern)));
	}

	@Override
	public CompletableFuture<Void> open(Consumer<Delivery> receiver, Duration missed) {
		this.receiver = receiver;
		this.disconnectedAt = 0;
		this.healed = 0;
		this.unavailable.clear();
		Subscription opened = this.pubSub.subscriptions().subscribe(this.topics, this, missed);
		this.subscription = opened;
		return opened.ready()
			.copy()
			.orTimeout(this.connections.replyTimeout().toMillis(), TimeUnit.MILLISECONDS)
			.thenRun(this::hasReachedRedis)
			.handle((nothing, failure) -> checkServer(failure).thenApply((checked) -> {
				if (failure != null) {
					throw StartFailures.explain(this.endpoint, failure);
				}
				return checked;
			}))
			.thenCompose((checked) -> checked);
	}

	private void hasReachedRedis() {
		this.reached = true;
		this.outage.ended();
	}

	/**
	 * An old server refuses sharded channels. A server that does not answer is not
	 * checked.
	 */
	private CompletableFuture<Void> checkServer(@Nullable Throwable failure) {
		boolean answers = failure == null || Failures.unwrap(failure) instanceof RedisErrorException;
		return answers ? ServerRequirements.check(this.connections) : CompletableFuture.completedFuture(null);
	}

	@Override
	public Collection<String> missing() {
		Subscription current = this.subscription;
		return (current != null) ? current.missing() : Set.of();
	}

	@Override
	public List<ListenerProblem> problems() {
		long now = System.nanoTime();
		return this.unavailable.entrySet()
			.stream()
			.map((entry) -> new ListenerProblem(ListenerProblem.Kind.READ, entry.getKey().name(),
					entry.getValue().cause(), Duration.ofNanos(now - entry.getValue().since())))
			.toList();
	}

	@Override
	public Settlement settlement() {
		return this.settlement;
	}

	@Override
	public CompletableFuture<Void> close() {
		Subscription current = this.subscription;
		this.subscription = null;
		return (current != null) ? current.close() : CompletableFuture.completedFuture(null);
	}

	@Override
	public void message(Topic topic, String channel, byte[] payload) {
		String pattern = (topic.kind() == Topic.Kind.PATTERN) ? topic.name() : null;
		this.receiver.accept(new Delivery(channel, Long.toString(this.number.incrementAndGet()), 1,
				new ChannelContent(payload, channel, pattern)));
	}

	@Override
	public void unavailable(Topic topic, Throwable cause) {
		this.unavailable.merge(topic, new Absence(System.nanoTime(), String.valueOf(cause.getMessage())),
				(first, newest) -> new Absence(first.since(), newest.cause()));
		if (this.disconnectedAt == 0) {
			this.disconnectedAt = System.nanoTime();
			if (this.reached || !this.outage.concerns(cause)) {
				logger.warn("Listener '{}' is not subscribed to {}, and keeps trying: {}", this.endpoint.id(), topic,
						cause.getMessage());
			}
			this.events.disconnected(this.endpoint.id(), cause);
		}
		else if (!Failures.isTransient(cause)) {
			logger.warn("Listener '{}' can't subscribe to {}: {}", this.endpoint.id(), topic, cause.getMessage());
		}
		logger.debug("Listener '{}' is not subscribed to {}", this.endpoint.id(), topic, cause);
	}

	@Override
	public void healed(Topic topic, Duration gap) {
		hasReachedRedis();
		Level level = (++this.healed <= MOST_LINES) ? Level.INFO : Level.DEBUG;
		logger.atLevel(level)
			.log("Listener '{}' is subscribed to {} again; messages published in the {} ms before are gone",
					this.endpoint.id(), topic, gap.toMillis());
		this.events.gap(this.endpoint.id(), topic.name(), gap);
		this.unavailable.remove(topic);
		if (this.unavailable.isEmpty() && this.disconnectedAt != 0) {
			Duration duration = Duration.ofNanos(System.nanoTime() - this.disconnectedAt);
			if (this.healed > MOST_LINES) {
				logger.info("Listener '{}' is subscribed to all again, after {} ms; {} channels and patterns had a gap",
						this.endpoint.id(), duration.toMillis(), this.healed);
			}
			this.events.reconnected(this.endpoint.id(), duration);
			this.disconnectedAt = 0;
			this.healed = 0;
		}
	}

	/**
	 * A topic is not subscribed.
	 *
	 * @param since since when, as {@code nanoTime}
	 * @param cause the newest cause
	 */
	private record Absence(long since, String cause) {
	}

	/** Explains refusals of Redis with the rights to grant. */
	private static final class StartFailures {

		static RuntimeException explain(ChannelEndpoint endpoint, Throwable failure) {
			Throwable cause = Failures.unwrap(failure);
			String where = "Listener '" + endpoint.id() + "': ";
			if (Failures.hasCode(failure, "NOPERM")) {
				return new BrokerConfigurationException(
						where + "Redis does not let the user subscribe (" + message(cause) + ")",
						"Give the user rights on the channels and commands: ACL SETUSER <user> &"
								+ String.join(" &", endpoint.sources()) + " +@pubsub +@connection +info");
			}
			return (cause instanceof RuntimeException unwrapped) ? unwrapped : new IllegalStateException(failure);
		}

		private static String message(@Nullable Throwable cause) {
			return (cause != null) ? String.valueOf(cause.getMessage()) : "";
		}

	}

}
