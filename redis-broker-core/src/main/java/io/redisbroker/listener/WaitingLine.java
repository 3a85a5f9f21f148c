package io.redisbroker.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * What waits for a worker, and whose turn it is. Each source has a lane, in which first
 * come is first served, and what was delivered before comes before all else. Thread-safe.
 */
final class WaitingLine {

	private final List<Lane> lanes;

	private final Supplier<@Nullable InFlight> next;

	private WaitingLine(int lanes, Function<WaitingLine, Supplier<@Nullable InFlight>> choice) {
		this.lanes = IntStream.range(0, lanes).mapToObj((lane) -> new Lane()).toList();
		this.next = choice.apply(this);
	}

	/** One lane for all sources. */
	static WaitingLine single() {
		return new WaitingLine(1, (line) -> line.lanes.get(0)::poll);
	}

	/** The first lane in which somebody waits. */
	static WaitingLine strict(int lanes) {
		return new WaitingLine(lanes, (line) -> line::firstWaiting);
	}

	/** Lanes in turn, each as often as its weight says. */
	static WaitingLine weighted(List<Integer> weights) {
		return new WaitingLine(weights.size(), (line) -> new WeightedTurns(line.lanes, weights)::next);
	}

	void add(int lane, Collection<InFlight> work) {
		lane(lane).add(work);
	}

	void add(int lane, InFlight work) {
		lane(lane).add(work);
	}

	/** Adds what was delivered before. */
	void addAgain(int lane, Collection<InFlight> work) {
		lane(lane).addAgain(work);
	}

	@Nullable InFlight poll() {
		return this.next.get();
	}

	/** Whether sources have lanes of their own. */
	boolean hasLanes() {
		return this.lanes.size() > 1;
	}

	/** Whether anything waits that came through this lane, or could have. */
	boolean isWaiting(int lane) {
		return lane(lane).size() > 0;
	}

	boolean isEmpty() {
		return size() == 0;
	}

	int size() {
		int size = 0;
		for (Lane lane : this.lanes) {
			size += lane.size();
		}
		return size;
	}

	private Lane lane(int lane) {
		return this.lanes.get((this.lanes.size() == 1) ? 0 : lane);
	}

	private @Nullable InFlight firstWaiting() {
		for (Lane lane : this.lanes) {
			InFlight work = lane.poll();
			if (work != null) {
				return work;
			}
		}
		return null;
	}

	/** A queue that knows its size. */
	private static final class Lane {

		private final Queue<InFlight> again = new ConcurrentLinkedQueue<>();

		private final Queue<InFlight> waiting = new ConcurrentLinkedQueue<>();

		/**
		 * Two counters: who adds and who takes should not have to wait for each other.
		 */
		private final AtomicLong added = new AtomicLong();

		private final AtomicLong taken = new AtomicLong();

		void add(InFlight work) {
			this.added.incrementAndGet();
			this.waiting.add(work);
		}

		void add(Collection<InFlight> work) {
			this.added.addAndGet(work.size());
			this.waiting.addAll(work);
		}

		void addAgain(Collection<InFlight> work) {
			this.added.addAndGet(work.size());
			this.again.addAll(work);
		}

		@Nullable InFlight poll() {
			InFlight first = this.again.poll();
			InFlight work = (first != null) ? first : this.waiting.poll();
			if (work != null) {
				this.taken.incrementAndGet();
			}
			return work;
		}

		int size() {
			// in this order, so that nothing that waits is overlooked
			long taken = this.taken.get();
			return (int) (this.added.get() - taken);
		}

	}

	/**
	 * Smooth weighted round robin: every turn each lane gains its weight, and the one
	 * that has most goes and pays for all. A lane that is empty for a moment, since Redis
	 * has not answered yet, keeps what it gained and catches up; one that stays empty
	 * does not save up for ever.
	 */
	private static final class WeightedTurns {

		/** For how many rounds of all weights a lane saves up. */
		private static final int ROUNDS = 20;

		private final List<Lane> lanes;

		private final List<Integer> weights;

		private final long total;

		private final List<Long> gained;

		WeightedTurns(List<Lane> lanes, List<Integer> weights) {
			this.lanes = lanes;
			this.weights = weights;
			this.total = weights.stream().mapToLong(Integer::intValue).sum();
			this.gained = new ArrayList<>(Collections.nCopies(weights.size(), 0L));
		}

		synchronized @Nullable InFlight next() {
			int chosen = -1;
			for (int i = 0; i < this.lanes.size(); i++) {
				this.gained.set(i, Math.min(this.gained.get(i) + this.weights.get(i), ROUNDS * this.total));
				if (this.lanes.get(i).size() > 0 && (chosen < 0 || this.gained.get(i) > this.gained.get(chosen))) {
					chosen = i;
				}
			}
			if (chosen < 0) {
				this.gained.replaceAll((gain) -> 0L);
				return null;
			}
			this.gained.set(chosen, Math.max(this.gained.get(chosen) - this.total, -ROUNDS * this.total));
			return this.lanes.get(chosen).poll();
		}

	}

}
