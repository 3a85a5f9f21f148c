package io.redisbroker.engine.queue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.preflight.DeadLetterKeys;
import io.redisbroker.engine.preflight.ServerRequirements;
import io.redisbroker.engine.preflight.SlotRequirements;
import io.redisbroker.engine.preflight.StartFailures;
import io.redisbroker.engine.pull.DeliverySource;
import io.redisbroker.engine.pull.PullListenerContainer;
import io.redisbroker.engine.registry.Redrive;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.engine.registry.SourceQuestions;
import io.redisbroker.engine.registry.SourceView;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.engine.settlement.DeadLetterFields;
import io.redisbroker.engine.settlement.OwnedSettlement;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.engine.settlement.UnownedSettlement;
import io.redisbroker.engine.worker.InstanceName;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.Priorities;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;

/**
 * Consumes queues. A listener has one source, and one connection, per queue, since no
 * command waits for several lists without taking the message away.
 */
public final class QueueTransport implements Transport {

	private final RedisConnections connections;

	private final PubSub pubSub;

	private final ListenerRuntime runtime;

	private final String instance;

	private final ListenerConfiguration configuration;

	/**
	 * Creates the transport.
	 * @param connections where connections come from
	 * @param pubSub where signals come from
	 * @param runtime the parts that containers share
	 * @param instance says where this application runs, for people: leases belong to
	 * {@code instance:listener} and a suffix that is new for each period of reading
	 */
	public QueueTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime, String instance) {
		this(connections, pubSub, runtime, instance, ListenerConfiguration.NONE);
	}

	/**
	 * Creates the transport.
	 * @param connections where connections come from
	 * @param pubSub where signals come from
	 * @param runtime the parts that containers share
	 * @param instance says where this application runs, for people
	 * @param configuration the application's configuration of its listeners
	 */
	public QueueTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime, String instance,
			ListenerConfiguration configuration) {
		this.connections = connections;
		this.pubSub = pubSub;
		this.runtime = runtime;
		this.instance = instance;
		this.configuration = configuration;
	}

	@Override
	public QueueTransport on(ConnectedRedis redis) {
		return new QueueTransport(redis.connections(), redis.pubSub(), this.runtime, this.instance, this.configuration);
	}

	@Override
	public boolean supports(ListenerEndpoint endpoint) {
		return endpoint instanceof QueueEndpoint;
	}

	@Override
	public QueueEndpoint configure(ListenerEndpoint endpoint) {
		QueueEndpoint queue = (QueueEndpoint) endpoint;
		return new QueueEndpoint(queue.id(), this.configuration.keys(queue.sources()), queue.weights(), queue.order(),
				queue.pause(), this.configuration.completeSettings(queue), queue.handler());
	}

	@Override
	public ListenerContainer createContainer(ListenerEndpoint endpoint) {
		QueueEndpoint queue = (QueueEndpoint) endpoint;
		DeadLetterKeys.check(this.connections, endpoint);
		List<Supplier<DeliverySource>> sources = queue.sources().stream().map((name) -> source(queue, name)).toList();
		Priorities priorities = queue.weights().isEmpty() ? Priorities.strict(sources.size())
				: Priorities.weighted(queue.weights());
		return new PullListenerContainer(queue, sources, priorities, this.runtime);
	}

	@Override
	public Redrive redrive(DeadLetterSource source) {
		return new QueueRedrive(this.connections.shared(), source);
	}

	@Override
	public List<RequiredCommand> requiredCommands(ListenerEndpoint endpoint) {
		return QueueRights.of((QueueEndpoint) endpoint);
	}

	@Override
	public CompletableFuture<Map<String, Backlog>> backlog(ListenerEndpoint endpoint) {
		boolean circular = ((QueueEndpoint) endpoint).order() == QueueOrder.CIRCULAR;
		return circular ? CompletableFuture.completedFuture(Map.of())
				: SourceQuestions.ofEach(endpoint.sources(), this::backlog);
	}

	/** Lists don't remember when something was pushed. */
	private CompletableFuture<Backlog> backlog(String queue) {
		return this.connections.shared()
			.run(QueueScripts.BACKLOG, new QueueKeys(queue).all(), List.of())
			.thenApply((counts) -> new Backlog((Long) counts.get(0), (Long) counts.get(1), (Long) counts.get(2), null));
	}

	@Override
	public CompletableFuture<Map<String, List<ConsumerState>>> consumers(ListenerEndpoint endpoint) {
		long lease = endpoint.settings().reclaimDelay().toMillis();
		return SourceQuestions.ofEach(endpoint.sources(),
				(queue) -> this.connections.shared()
					.run(QueueScripts.CONSUMERS, new QueueKeys(queue).all(), List.of(lease, 1000))
					.thenApply(SourceQuestions::consumers));
	}

	@Override
	public SourceView view(ListenerEndpoint endpoint, String source) {
		return new QueueView(this.connections.shared(), source, ((QueueEndpoint) endpoint).order());
	}

	private Supplier<DeliverySource> source(QueueEndpoint endpoint, String queue) {
		if (endpoint.order() == QueueOrder.CIRCULAR || endpoint.settings().ackMode() == AckMode.NONE) {
			DeliverySource unowned = unowned(endpoint, queue);
			return () -> unowned;
		}
		return () -> leasing(endpoint, queue, InstanceName.forPeriod(this.instance + ":" + endpoint.id()));
	}

	private DeliverySource unowned(QueueEndpoint endpoint, String queue) {
		ListenerSettings settings = endpoint.settings();
		DueMessages dueMessages = new DueMessages(this.connections.shared(), this.pubSub.wakeUps(),
				new QueueKeys(queue), endpoint.order(), this.runtime.timer());
		if (endpoint.order() == QueueOrder.CIRCULAR) {
			Settlement settlement = new CircularSettlement(this.connections.shared(), settings, this.runtime.timer());
			return new CircularSource(this.connections, queue, endpoint, settlement, dueMessages, this.runtime.timer());
		}
		Settlement settlement = new UnownedSettlement(this.connections.shared(),
				(delivery, letter) -> DeadLetterFields.of(delivery, letter, TransportType.QUEUE, null),
				settings::deadLettersOf, settings.retention(), this.runtime.timer());
		return new PoppingSource(this.connections, queue, endpoint, settlement, dueMessages);
	}

	private DeliverySource leasing(QueueEndpoint endpoint, String queue, String owner) {
		QueueKeys keys = new QueueKeys(queue);
		Takeovers takeovers = new Takeovers();
		Settlement settlement = new OwnedSettlement(new QueueClaims(this.connections.shared(), keys, endpoint.order(),
				owner, takeovers, endpoint.settings()), this.runtime.timer());
		return new LeasingSource(this.connections, this.pubSub.wakeUps(), keys, endpoint, owner, settlement, takeovers,
				this.runtime);
	}

	/** Makes sure that a queue can be consumed at all. */
	static CompletableFuture<Void> check(RedisConnections connections, String queue, QueueEndpoint endpoint) {
		return ServerRequirements.check(connections)
			.thenCompose((nothing) -> SlotRequirements.check(connections, endpoint, List.of(queue)))
			.thenCompose((nothing) -> connections.shared().send(Command.of("LLEN", Reply.INTEGER).key(queue)))
			.<Void>thenApply((length) -> null)
			.exceptionally((failure) -> {
				throw StartFailures.explain(endpoint.id(), queue, "list", QueueRights.COMMANDS, failure);
			})
			.thenCompose((nothing) -> StartFailures.checkRights(connections.shared(), endpoint.id(), queue,
					QueueRights.toConsume(queue, endpoint)));
	}

	/** How blocking commands take their timeout. */
	static String seconds(Duration wait) {
		return BigDecimal.valueOf(wait.toMillis(), 3).toPlainString();
	}

}
