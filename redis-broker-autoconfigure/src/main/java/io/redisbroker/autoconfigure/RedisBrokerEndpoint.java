package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.redisbroker.admin.Backlog;
import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.GroupState;
import io.redisbroker.admin.PendingEntry;
import io.redisbroker.client.Failures;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.stream.IdleGroup;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.stream.StreamRetention;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint that shows the listeners of this instance and the work that is left
 * for them, looks into their sources, pauses, resumes, stops and starts them, and works
 * on their dead letters. Without
 * {@code management.endpoint.redisbroker.access=unrestricted} it only shows.
 *
 * @since 0.1.0
 */
@Endpoint(id = "redisbroker", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({ EndpointDeadLetters.Page.class, EndpointDeadLetters.Result.class,
		EndpointInside.Seen.class, EndpointInside.Entry.class, EndpointInside.Waiting.class,
		EndpointInside.Delayed.class, EndpointInside.Leased.class, PendingEntry.class, GroupState.class,
		ConsumerState.class })
public class RedisBrokerEndpoint {

	private final ListenerRegistry registry;

	private final ListenerDescriptions descriptions;

	private final Duration shutdownTimeout;

	private final EndpointDeadLetters deadLetters;

	private final EndpointInside inside;

	private final Show showValues;

	RedisBrokerEndpoint(ListenerRegistry registry, ListenerDescriptions descriptions, Duration shutdownTimeout,
			EndpointDeadLetters deadLetters, EndpointInside inside, Show showValues) {
		this.registry = registry;
		this.descriptions = descriptions;
		this.shutdownTimeout = shutdownTimeout;
		this.deadLetters = deadLetters;
		this.inside = inside;
		this.showValues = showValues;
	}

	/**
	 * Describes all listeners.
	 * @return the listeners by id
	 */
	@ReadOperation
	public Listeners listeners() {
		return this.descriptions.describe(this.registry.containers().stream().toList());
	}

	/**
	 * Describes a listener.
	 * @param id its id
	 * @return the listener
	 * @throws InvalidEndpointRequestException when there is no such listener
	 */
	@ReadOperation
	public @Nullable Listener listener(@Selector String id) {
		return this.descriptions.describe(List.of(container(id))).listeners().get(id);
	}

	/**
	 * Does the same with all listeners.
	 * @param operation the operation
	 * @return the listeners after that
	 */
	@WriteOperation
	public Listeners operateAll(Operation operation) {
		return operate(this.registry.containers().stream().toList(), operation);
	}

	/**
	 * Does something with a listener.
	 * @param id its id
	 * @param operation the operation
	 * @return the listener after that
	 * @throws InvalidEndpointRequestException when there is no such listener, or it can't
	 * be started as it is configured
	 */
	@WriteOperation
	public @Nullable Listener operate(@Selector String id, Operation operation) {
		return operate(List.of(container(id)), operation).listeners().get(id);
	}

	private ListenerContainer container(String id) {
		return this.registry.container(id).orElseThrow(() -> new UnknownListenerException(id, this.registry));
	}

	/**
	 * Lists dead letters of a listener, the oldest first. Values are shown only where
	 * {@code management.endpoint.redisbroker.show-values} is {@code always}, since the
	 * caller is not known.
	 * @param id the listener's id
	 * @param part {@code dead-letters}
	 * @param source which of its sources, where it has several
	 * @param letter the id of the only one to show, with its whole payload; {@code null}
	 * for a page
	 * @param exception only those with this class of exception, or {@code null}
	 * @param reason only those with this reason, or {@code null}
	 * @param from where a page starts: {@code next} of the one before, or {@code null}
	 * @param limit how many at most, 20 unless it is said, and never more than 1000;
	 * fewer where they are large
	 * @return a page
	 */
	@ReadOperation
	public Object deadLetters(@Selector String id, @Selector Part part, @Nullable String source,
			@Nullable String letter, @Nullable String exception, DeadLetter.@Nullable Reason reason,
			@Nullable String from, @Nullable Integer limit) {
		return deadLetters(id, source, letter, exception, reason, from, limit, this.showValues == Show.ALWAYS);
	}

	Object deadLetters(String id, @Nullable String source, @Nullable String letter, @Nullable String exception,
			DeadLetter.@Nullable Reason reason, @Nullable String from, @Nullable Integer limit, boolean values) {
		return (letter != null) ? this.deadLetters.show(id, source, letter, values) : this.deadLetters.list(id, source,
				new DeadLetterFilter(exception, reason, null, null), from, limit, values);
	}

	/**
	 * Looks into a source of a listener, and changes nothing. Values are shown only where
	 * {@code management.endpoint.redisbroker.show-values} is {@code always}, since the
	 * caller is not known.
	 * @param id the listener's id
	 * @param inside {@code inside}
	 * @param view the part of the source
	 * @param source which of its sources, where it has several
	 * @param group of pending entries and consumers: the consumer group, if not the
	 * listener's own
	 * @param consumer only entries that are pending for this consumer, or {@code null}
	 * @param idle only pending entries that are idle for this long, or {@code null}
	 * @param start the lower bound of entries: an id, milliseconds since 1970 or a time
	 * such as {@code 2026-01-31T08:00:00Z}; with {@code (} before it the bound is
	 * excluded; {@code null} for none
	 * @param end the upper bound of entries
	 * @param newestFirst whether the newest entry comes first
	 * @param from where a page starts: {@code next} of the one before, or {@code null}
	 * @param limit how many at most, 20 unless it is said, and never more than 1000;
	 * fewer where they are large. A page of one shows its whole payload
	 * @return a page
	 * @throws InvalidEndpointRequestException when there is no such listener, the source
	 * has no such part, or a parameter does not fit
	 */
	@ReadOperation
	public Object look(@Selector String id, @Selector Inside inside, @Selector View view, @Nullable String source,
			@Nullable String group, @Nullable String consumer, @Nullable Duration idle, @Nullable String start,
			@Nullable String end, @Nullable Boolean newestFirst, @Nullable String from, @Nullable Integer limit) {
		return look(id, view,
				new EndpointInside.Question(source, group, consumer, idle, start, end, newestFirst, from, limit),
				this.showValues == Show.ALWAYS);
	}

	Object look(String id, View view, EndpointInside.Question question, boolean values) {
		return this.inside.look(id, view, question, values);
	}

	/**
	 * Puts a dead letter of a listener, or many, back into their source.
	 * @param id the listener's id
	 * @param part {@code dead-letters}
	 * @param source which of its sources, where it has several
	 * @param letter the dead letter's id; {@code null} for all that the others say
	 * @param exception only those with this class of exception, or {@code null}
	 * @param reason only those with this reason, or {@code null}
	 * @param all whether all are meant, which has to be said where nothing else is
	 * @param perSecond how many per second, needed unless a letter is named
	 * @return the result
	 * @throws InvalidEndpointRequestException when it is not clear which are meant
	 */
	@WriteOperation
	public Object redrive(@Selector String id, @Selector Part part, @Nullable String source, @Nullable String letter,
			@Nullable String exception, DeadLetter.@Nullable Reason reason, @Nullable Boolean all,
			@Nullable Integer perSecond) {
		return this.deadLetters.redrive(id, source, letter, new DeadLetterFilter(exception, reason, null, null),
				Boolean.TRUE.equals(all), perSecond);
	}

	/**
	 * Deletes a dead letter of a listener.
	 * @param id the listener's id
	 * @param part {@code dead-letters}
	 * @param source which of its sources, where it has several
	 * @param letter the dead letter's id
	 * @return the result
	 */
	@DeleteOperation
	public Object delete(@Selector String id, @Selector Part part, @Nullable String source, String letter) {
		return this.deadLetters.delete(id, source, letter);
	}

	private Listeners operate(List<ListenerContainer> containers, Operation operation) {
		List<CompletableFuture<Void>> operations = containers.stream()
			.map((container) -> operation.on(container, this.shutdownTimeout))
			.toList();
		try {
			CompletableFuture.allOf(operations.toArray(CompletableFuture[]::new))
				.get(ListenerDescriptions.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			// it goes on, and the state tells
			return this.descriptions.describe(containers);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			if (Failures.unwrap(ex.getCause()) instanceof BrokerConfigurationException invalid) {
				throw new InvalidEndpointRequestException(invalid.toString(), String.valueOf(invalid.getMessage()));
			}
			throw new IllegalStateException(ex);
		}
		return this.descriptions.describe(containers);
	}

	/** A thing that belongs to a listener. */
	public enum Part {

		/** Its dead letters. */
		DEAD_LETTERS

	}

	/** The inside of a listener's source. */
	public enum Inside {

		/** Its messages, and the consumers of it. */
		INSIDE

	}

	/** A part of a source. */
	public enum View {

		/** The entries of a stream. */
		ENTRIES,

		/** The entries that a consumer group has not acknowledged. */
		PENDING,

		/** The consumer groups of a stream. */
		GROUPS,

		/** The consumers of a group. */
		CONSUMERS,

		/** The messages of a queue that wait for their first delivery. */
		WAITING,

		/** The messages of a queue that wait for their time. */
		DELAYED,

		/** The messages of a queue that consumers hold. */
		LEASED

	}

	/** An operation on a listener. */
	public enum Operation {

		/** Begins nothing more; see {@link ListenerContainer#pause()}. */
		PAUSE,

		/** Goes on after a pause. */
		RESUME,

		/** Stops, as at the end of the application. */
		STOP,

		/** Starts. */
		START;

		CompletableFuture<Void> on(ListenerContainer container, Duration shutdownTimeout) {
			return switch (this) {
				case PAUSE -> container.pause();
				case RESUME -> container.resume();
				case STOP -> container.stop(shutdownTimeout);
				case START -> container.start();
			};
		}

	}

	/**
	 * The listeners of this instance.
	 *
	 * @param listeners the listeners by id
	 * @param streams the streams from which entries are removed, by key
	 */
	public record Listeners(Map<String, Listener> listeners, Map<String, RetainedStream> streams) {
	}

	/**
	 * A stream from which entries are removed.
	 *
	 * @param retention which entries are removed
	 * @param idleGroups groups that keep entries and have no active consumer
	 */
	public record RetainedStream(StreamRetention retention, List<IdleGroup> idleGroups) {
	}

	/**
	 * A listener.
	 *
	 * @param state its state: {@code listening}, {@code disconnected}, {@code paused},
	 * {@code stopped} or {@code gave up}
	 * @param transport {@code stream}, {@code queue} or {@code channel}
	 * @param sinceLastRead how long ago Redis last answered a read
	 * @param longestCall how long the longest call that is under way has taken; nothing
	 * while nothing is being handled
	 * @param problems its failing activities at this moment, with the newest causes
	 * @param sources its sources, by key
	 * @param settings how it is configured, by the names that the properties have; of one
	 * to which nothing is delivered again, nothing about that
	 */
	public record Listener(String state, String transport, @Nullable Duration sinceLastRead,
			@Nullable Duration longestCall, List<ListenerProblem> problems, Map<String, Source> sources,
			Map<String, Object> settings) {
	}

	/**
	 * A source of a listener, as all instances see it.
	 *
	 * @param backlog the work that is left; nothing where Redis keeps nothing, or does
	 * not answer
	 * @param consumers the consumers that take messages; nothing likewise
	 */
	public record Source(@Nullable Backlog backlog, @Nullable List<ConsumerState> consumers) {
	}

}
