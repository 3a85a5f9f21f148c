package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.StreamEntry;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.preflight.DeadLetterKeys;
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
import io.redisbroker.stream.StreamEndpoint;

/**
 * Listens to streams. In a cluster a listener has one source, and one connection, per
 * slot; elsewhere one for all its streams.
 */
public final class StreamTransport implements Transport {

	private final RedisConnections connections;

	private final PubSub pubSub;

	private final ListenerRuntime runtime;

	private final String instance;

	private final StreamRetentions retentions;

	private final ListenerConfiguration configuration;

	/**
	 * Creates the transport.
	 * @param connections where connections come from
	 * @param pubSub where signals come from
	 * @param runtime the parts that containers share
	 * @param instance says where this application runs, for people: consumers are called
	 * {@code instance:listener} and a suffix that is new for each period of reading
	 */
	public StreamTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime, String instance) {
		this(connections, pubSub, runtime, instance, StreamRetentions.NONE, ListenerConfiguration.NONE);
	}

	/**
	 * Creates the transport.
	 * @param connections where connections come from
	 * @param pubSub where signals come from
	 * @param runtime the parts that containers share
	 * @param instance the name of this process, unique among those that read the same
	 * groups: consumers are called {@code instance:listener}
	 * @param retentions which entries the application removes, which not every listener
	 * can bear
	 * @param configuration the application's configuration of its listeners
	 */
	public StreamTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime, String instance,
			StreamRetentions retentions, ListenerConfiguration configuration) {
		this.connections = connections;
		this.pubSub = pubSub;
		this.runtime = runtime;
		this.instance = instance;
		this.retentions = retentions;
		this.configuration = configuration;
	}

	@Override
	public StreamTransport on(ConnectedRedis redis) {
		return new StreamTransport(redis.connections(), redis.pubSub(), this.runtime, this.instance, this.retentions,
				this.configuration);
	}

	@Override
	public boolean supports(ListenerEndpoint endpoint) {
		return endpoint instanceof StreamEndpoint;
	}

	@Override
	public StreamEndpoint configure(ListenerEndpoint endpoint) {
		StreamEndpoint stream = (StreamEndpoint) endpoint;
		return new StreamEndpoint(stream.id(), this.configuration.keys(stream.sources()), stream.group(),
				stream.consumer(), stream.startFrom(), this.configuration.completeSettings(stream), stream.handler());
	}

	@Override
	public ListenerContainer createContainer(ListenerEndpoint endpoint) {
		StreamEndpoint stream = (StreamEndpoint) endpoint;
		this.retentions.check(stream);
		DeadLetterKeys.check(this.connections, endpoint);
		List<Supplier<DeliverySource>> sources = this.connections.group(stream.sources())
			.stream()
			.map((streams) -> source(stream, streams))
			.toList();
		return new PullListenerContainer(stream, sources, Priorities.NONE, this.runtime);
	}

	@Override
	public Redrive redrive(DeadLetterSource source) {
		return new StreamRedrive(this.connections.shared(), source);
	}

	@Override
	public List<RequiredCommand> requiredCommands(ListenerEndpoint endpoint) {
		return StreamRights.of((StreamEndpoint) endpoint, this.retentions);
	}

	@Override
	public CompletableFuture<Map<String, Backlog>> backlog(ListenerEndpoint endpoint) {
		String group = ((StreamEndpoint) endpoint).group();
		return (group == null) ? CompletableFuture.completedFuture(Map.of()) : SourceQuestions
			.ofEach(endpoint.sources(), (stream) -> StreamBacklog.of(this.connections.shared(), stream, group));
	}

	@Override
	public CompletableFuture<Map<String, List<ConsumerState>>> consumers(ListenerEndpoint endpoint) {
		String group = ((StreamEndpoint) endpoint).group();
		return (group == null) ? CompletableFuture.completedFuture(Map.of()) : SourceQuestions
			.ofEach(endpoint.sources(), (stream) -> new StreamView(this.connections.shared(), stream).consumers(group));
	}

	@Override
	public SourceView view(ListenerEndpoint endpoint, String source) {
		return new StreamView(this.connections.shared(), source);
	}

	private Supplier<DeliverySource> source(StreamEndpoint endpoint, List<String> streams) {
		// how far it has read is known beyond a period of reading
		Map<String, StreamEntry> lastSeen = new ConcurrentHashMap<>();
		if (endpoint.group() == null) {
			DeliverySource fanOut = new FanOutSource(this.connections, streams, endpoint, unowned(endpoint));
			return () -> fanOut;
		}
		String base = Objects.requireNonNullElseGet(endpoint.consumer(), () -> this.instance + ":" + endpoint.id());
		if (endpoint.settings().ackMode() == AckMode.NONE) {
			DeliverySource unowned = member(endpoint, streams, base, lastSeen);
			return () -> unowned;
		}
		return () -> member(endpoint, streams, base, lastSeen);
	}

	private DeliverySource member(StreamEndpoint endpoint, List<String> streams, String base,
			Map<String, StreamEntry> lastSeen) {
		ListenerSettings settings = endpoint.settings();
		Membership membership = new Membership(streams, endpoint.requiredGroup(), InstanceName.forPeriod(base));
		Takeovers takeovers = new Takeovers();
		Settlement settlement = (settings.ackMode() == AckMode.NONE) ? unowned(endpoint) : new OwnedSettlement(
				new StreamClaims(this.connections.shared(), membership, takeovers, settings), this.runtime.timer());
		Reclaimer reclaimer = new Reclaimer(this.connections, membership, takeovers, endpoint, this.runtime.events());
		return new GroupSource(this.connections, this.pubSub.wakeUps(), membership, endpoint, settlement, reclaimer,
				new StreamReader(this.connections, streams, takeovers, lastSeen,
						(settings.ackMode() == AckMode.NONE) ? Duration.ZERO : settings.reclaimDelay()),
				this.runtime.timer());
	}

	private Settlement unowned(StreamEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings();
		return new UnownedSettlement(this.connections.shared(),
				(delivery, letter) -> DeadLetterFields.of(delivery, letter, TransportType.STREAM, endpoint.group()),
				settings::deadLettersOf, settings.retention(), this.runtime.timer());
	}

}
