package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.ListenerLog;
import io.redisbroker.engine.worker.ListenerRun;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.worker.Priorities;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sources of a listener from a start to the next stop. Each period of reading,
 * which a pause ends, has loops of its own.
 */
final class PullRun extends ListenerRun {

	private static final Duration HAND_BACK = Duration.ofSeconds(3);

	/** After handing back has failed once: Redis can't be reached. */
	private static final Duration HAND_BACK_AGAIN = Duration.ofMillis(300);

	private final List<Supplier<DeliverySource>> sources;

	private final Priorities priorities;

	private volatile List<PullLoop> loops;

	/** Loops of earlier periods, some of whose deliveries are not settled yet. */
	private final Set<PullLoop> retired = ConcurrentHashMap.newKeySet();

	private boolean begun;

	private volatile boolean handBackFailed;

	PullRun(ListenerEndpoint endpoint, List<Supplier<DeliverySource>> sources, Priorities priorities,
			ListenerRuntime runtime) {
		super(endpoint, runtime, priorities.newLine());
		this.sources = sources;
		this.priorities = priorities;
		this.loops = IntStream.range(0, sources.size()).mapToObj(this::newLoop).toList();
		processor().brake().onPause(this::handBackUnread, () -> this.loops.forEach(PullLoop::reclaimSoon));
	}

	private PullLoop newLoop(int source) {
		ListenerEndpoint endpoint = endpoint();
		int capacity = this.priorities.capacity(endpoint.settings().capacity(endpoint.handler().isBatch()), source,
				this.sources.size());
		return new PullLoop(endpoint.id(), this.sources.get(source).get(), workers(), source, capacity,
				() -> heldBefore() + processor().brake().takesRoom(capacity),
				endpoint.settings().ackMode() == AckMode.MANUAL, runtime().timer(), runtime().events(),
				runtime().outage(endpoint.settings().connectionFactory()));
	}

	private int heldBefore() {
		return this.retired.isEmpty() ? 0 : this.retired.stream().mapToInt(PullLoop::heldCount).sum();
	}

	/** In this order: a loop that retires meanwhile is in one of them. */
	private Collection<PullLoop> allLoops() {
		Set<PullLoop> all = new LinkedHashSet<>(this.loops);
		all.addAll(this.retired);
		return all;
	}

	private List<InFlight> handBackUnread(List<InFlight> unread) {
		List<InFlight> rest = unread;
		for (PullLoop loop : allLoops()) {
			rest = loop.handBackUnread(rest);
		}
		return rest;
	}

	@Override
	protected synchronized CompletableFuture<Void> begin() {
		if (isStopped()) {
			return CompletableFuture.completedFuture(null);
		}
		this.begun = true;
		return all(this.loops, PullLoop::start);
	}

	private synchronized boolean hasBegun() {
		return this.begun;
	}

	@Override
	protected CompletableFuture<Void> revive() {
		List<PullLoop> givenUp = this.loops.stream().filter((loop) -> loop.health().hasGivenUp()).toList();
		return (givenUp.isEmpty() || isPaused()) ? super.revive()
				: all(givenUp, PullLoop::start).thenRun(this::announce);
	}

	@Override
	protected boolean hasGivenUp() {
		return this.loops.stream().allMatch((loop) -> loop.health().hasGivenUp());
	}

	@Override
	protected boolean isConnected() {
		return this.loops.stream().noneMatch((loop) -> loop.health().isFailing());
	}

	@Override
	protected @Nullable Duration sinceLastRead() {
		return this.loops.stream().map((loop) -> loop.health().sinceSuccess()).max(Duration::compareTo).orElse(null);
	}

	@Override
	protected List<ListenerProblem> problems() {
		return Stream
			.concat(processor().brake().problems().stream(),
					this.loops.stream().flatMap((loop) -> loop.problems().stream()))
			.toList();
	}

	@Override
	protected Collection<String> consumers() {
		return this.loops.stream().flatMap((loop) -> loop.health().consumer().stream()).toList();
	}

	@Override
	protected CompletableFuture<Void> pauseReceiving() {
		return stopReading().thenCompose((nothing) -> handBackRest()).exceptionally(this::logFailure);
	}

	@Override
	protected synchronized CompletableFuture<Void> resumeReceiving() {
		if (isStopped()) {
			return CompletableFuture.completedFuture(null);
		}
		this.handBackFailed = false;
		this.loops = nextPeriod();
		return all(this.loops, PullLoop::start);
	}

	/** Deliveries of the period that ends keep the name under which they were read. */
	private List<PullLoop> nextPeriod() {
		List<PullLoop> next = new ArrayList<>();
		for (int i = 0; i < this.loops.size(); i++) {
			PullLoop loop = this.loops.get(i);
			if (loop.isOwner()) {
				this.retired.add(loop);
				loop.retire(() -> this.retired.remove(loop));
				next.add(newLoop(i));
			}
			else {
				next.add(loop);
			}
		}
		return next;
	}

	@Override
	protected void abortReceiving() {
		stopReading();
		end();
	}

	@Override
	protected CompletableFuture<Void> stopReceiving(Duration timeout) {
		if (!hasBegun()) {
			end();
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> closed = stopReading();
		// deliveries that can't be handed back are handled; a read that is under way may
		// bring more of them until its connection is closed
		CompletableFuture<Void> stopped = canHandBack() ? stopAndHandBack(closed, timeout)
				: closed.exceptionally(this::logFailure)
					.thenCompose((nothing) -> quiet(timeout))
					.thenRun(() -> processor().drop(workers().drain()));
		return stopped.thenCompose((nothing) -> handBackRest()).exceptionally(this::logFailure).thenRun(this::end);
	}

	private CompletableFuture<Void> stopAndHandBack(CompletableFuture<Void> closed, Duration timeout) {
		workers().pause();
		List<InFlight> unstarted = workers().drain();
		return closed.thenCompose((nothing) -> handBack(unstarted))
			.exceptionally(this::logFailure)
			.thenCombine(quiet(timeout), (one, other) -> one);
	}

	private CompletableFuture<Void> stopReading() {
		return all(this.loops, PullLoop::stopReading);
	}

	private boolean canHandBack() {
		return endpoint().settings().ackMode() != AckMode.NONE;
	}

	private CompletableFuture<Void> handBackRest() {
		return handBack(canHandBack() ? workers().drain() : List.of());
	}

	private CompletableFuture<Void> handBack(List<InFlight> unstarted) {
		Duration patience = this.handBackFailed ? HAND_BACK_AGAIN : HAND_BACK;
		return all(allLoops(), (loop) -> loop.handBack(unstarted)).orTimeout(patience.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	private @Nullable Void logFailure(Throwable failure) {
		if (!this.handBackFailed) {
			this.handBackFailed = true;
			ListenerLog.notHandedBack(endpoint(), failure);
		}
		return null;
	}

	@Override
	protected void end() {
		allLoops().forEach(PullLoop::end);
		super.end();
	}

	private static CompletableFuture<Void> all(Collection<PullLoop> loops,
			Function<PullLoop, CompletableFuture<Void>> step) {
		return CompletableFuture.allOf(loops.stream().map(step).toArray(CompletableFuture[]::new));
	}

}
