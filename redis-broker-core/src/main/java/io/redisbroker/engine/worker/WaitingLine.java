package io.redisbroker.engine.worker;

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
 * The line in which deliveries wait for a worker. Each source has a lane, which is first
 * come, first served, except that redelivered messages come first. Thread-safe.
 */
public final class WaitingLine {

	private final List<Lane> lanes;

	/** Deliveries that were put back, and are next when a worker is free. */
	private final Lane aside = new Lane(2);

	private final Supplier<@Nullable InFlight> next;

	private WaitingLine(int lanes, Function<WaitingLine, Supplier<@Nullable InFlight>> choice) {
		this.lanes = IntStream.range(0, lanes).mapToObj((lane) -> new Lane(1)).toList();
		this.next = choice.apply(this);
	}

	/** One lane for all sources. */
	public static WaitingLine single() {
		return new WaitingLine(1, (line) -> line.lanes.get(0)::poll);
	}

	/** Serves the first lane that is not empty. */
	public static WaitingLine strict(int lanes) {
		return new WaitingLine(lanes, (line) -> line::firstWaiting);
	}

	/** Serves lanes in turn, each in proportion to its weight. */
	static WaitingLine weighted(List<Integer> weights) {
		return new WaitingLine(weights.size(), (line) -> new WeightedTurns(line.lanes, weights)::next);
	}

	void add(int lane, Collection<InFlight> work) {
		lane(lane).add(work, System.nanoTime());
	}

	void add(int lane, InFlight work) {
		lane(lane).add(work);
	}

	/** Adds redelivered messages. */
	void addAgain(int lane, Collection<InFlight> work) {
		lane(lane).addAgain(work);
	}

	@Nullable InFlight poll() {
		InFlight first = (this.aside.size() > 0) ? this.aside.poll() : null;
		return (first != null) ? first : this.next.get();
	}

	/** Puts back a delivery that was just polled: it is next. */
	void putBack(InFlight work) {
		this.aside.add(List.of(work), work.waitingSince());
	}

	/**
	 * Takes away all deliveries of a holder if one of them waits since before a moment.
	 * The newest is taken first: a worker that takes one meanwhile takes the oldest, so
	 * that the order is kept.
	 * @param holder the holder
	 * @param before the moment, as {@code nanoTime}
	 * @return the deliveries, the oldest first; empty when none has waited that long
	 */
	List<InFlight> takeBack(InFlight.Holder holder, long before) {
		boolean overdue = this.aside.isOverdue(holder, before);
		for (int i = 0; i < this.lanes.size() && !overdue; i++) {
			overdue = this.lanes.get(i).isOverdue(holder, before);
		}
		if (!overdue) {
			return List.of();
		}
		List<InFlight> newestFirst = new ArrayList<>();
		this.lanes.forEach((lane) -> lane.takeBack(holder, newestFirst));
		this.aside.takeBack(holder, newestFirst);
		Collections.reverse(newestFirst);
		return newestFirst;
	}

	/** Whether sources have lanes of their own. */
	boolean hasLanes() {
		return this.lanes.size() > 1;
	}

	/** Whether a delivery waits in this lane, or was put back. */
	boolean isWaiting(int lane) {
		return lane(lane).size() + this.aside.size() > 0;
	}

	boolean isEmpty() {
		return size() == 0;
	}

	int size() {
		int size = this.aside.size();
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

		private final int place;

		private final Queue<InFlight> again = new ConcurrentLinkedQueue<>();

		private final Queue<InFlight> waiting = new ConcurrentLinkedQueue<>();

		/** Two counters, so that adding and taking do not wait for each other. */
		private final AtomicLong added = new AtomicLong();

		private final AtomicLong taken = new AtomicLong();

		/** Creates a lane; its deliveries know its place. */
		Lane(int place) {
			this.place = place;
		}

		/** Adds a delivery whose waiting time is not needed. */
		void add(InFlight work) {
			this.added.incrementAndGet();
			work.joinLine(this.place, 0);
			this.waiting.add(work);
		}

		void add(Collection<InFlight> work, long now) {
			this.added.addAndGet(work.size());
			work.forEach((each) -> each.joinLine(this.place, now));
			this.waiting.addAll(work);
		}

		void addAgain(Collection<InFlight> work) {
			long now = System.nanoTime();
			this.added.addAndGet(work.size());
			work.forEach((each) -> each.joinLine(this.place, now));
			this.again.addAll(work);
		}

		@Nullable InFlight poll() {
			InFlight first = poll(this.again);
			InFlight work = (first != null) ? first : poll(this.waiting);
			if (work != null) {
				this.taken.incrementAndGet();
			}
			return work;
		}

		private @Nullable InFlight poll(Queue<InFlight> queue) {
			InFlight work = queue.poll();
			while (work != null && !work.leaveLine(this.place)) {
				work = queue.poll();
			}
			return work;
		}

		boolean isOverdue(InFlight.Holder holder, long before) {
			return isOverdue(this.again, holder, before) || isOverdue(this.waiting, holder, before);
		}

		/** Looks only at deliveries that have waited that long, which come first. */
		private boolean isOverdue(Queue<InFlight> queue, InFlight.Holder holder, long before) {
			for (InFlight each : queue) {
				if (each.waitingSince() - before >= 0) {
					return false;
				}
				if (each.holder() == holder && each.isWaiting(this.place)) {
					return true;
				}
			}
			return false;
		}

		void takeBack(InFlight.Holder holder, List<InFlight> newestFirst) {
			List<InFlight> own = new ArrayList<>();
			own.addAll(this.again);
			own.addAll(this.waiting);
			own.removeIf((each) -> each.holder() != holder);
			int taken = 0;
			for (int i = own.size() - 1; i >= 0; i--) {
				if (own.get(i).leaveLine(this.place)) {
					newestFirst.add(own.get(i));
					taken++;
				}
			}
			this.taken.addAndGet(taken);
			this.again.removeIf((each) -> !each.isWaiting(this.place));
			this.waiting.removeIf((each) -> !each.isWaiting(this.place));
		}

		int size() {
			// in this order, so that no waiting delivery is overlooked
			long taken = this.taken.get();
			return (int) (this.added.get() - taken);
		}

	}

	/**
	 * Smooth weighted round robin: every turn each lane gains its weight, and the lane
	 * with most credit is served and pays for all. A lane that is empty for a moment,
	 * since Redis has not answered yet, keeps its credit and catches up. The credit has a
	 * limit, for lanes that stay empty.
	 */
	private static final class WeightedTurns {

		/** The limit of the credit, in rounds of all weights. */
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
