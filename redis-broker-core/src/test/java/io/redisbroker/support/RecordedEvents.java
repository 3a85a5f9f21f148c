package io.redisbroker.support;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;

/**
 * Counts the events that the engine reports.
 */
public final class RecordedEvents implements BrokerEvents {

	private final AtomicInteger handled = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final AtomicInteger retried = new AtomicInteger();

	private final AtomicInteger dropped = new AtomicInteger();

	private final AtomicInteger reclaimed = new AtomicInteger();

	private final AtomicInteger lost = new AtomicInteger();

	private final AtomicInteger trimmed = new AtomicInteger();

	private final AtomicInteger disconnected = new AtomicInteger();

	private final AtomicInteger hindered = new AtomicInteger();

	private final AtomicInteger reconnected = new AtomicInteger();

	private final AtomicInteger overflowed = new AtomicInteger();

	private final List<String> turns = new CopyOnWriteArrayList<>();

	private final List<Gap> gaps = new CopyOnWriteArrayList<>();

	private final List<DeadLetter.Reason> deadLetters = new CopyOnWriteArrayList<>();

	@Override
	public void paused(String listener) {
		this.turns.add("paused");
	}

	@Override
	public void resumed(String listener) {
		this.turns.add("resumed");
	}

	@Override
	public void handled(String listener, List<Delivery> deliveries, Duration duration) {
		this.handled.addAndGet(deliveries.size());
	}

	@Override
	public void failed(String listener, List<Delivery> deliveries, Throwable failure) {
		this.failed.addAndGet(deliveries.size());
	}

	@Override
	public void retried(String listener, Delivery delivery) {
		this.retried.incrementAndGet();
	}

	@Override
	public void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
		this.deadLetters.add(letter.reason());
	}

	@Override
	public void dropped(String listener, Delivery delivery) {
		this.dropped.incrementAndGet();
	}

	@Override
	public void reclaimed(String listener, List<Delivery> deliveries) {
		this.reclaimed.addAndGet(deliveries.size());
	}

	@Override
	public void lost(String listener, Delivery delivery) {
		this.lost.incrementAndGet();
	}

	@Override
	public void trimmed(String listener, String source, int messages) {
		this.trimmed.addAndGet(messages);
	}

	@Override
	public void disconnected(String listener, Throwable failure) {
		this.disconnected.incrementAndGet();
	}

	@Override
	public void hindered(String listener, String activity, Throwable failure) {
		this.hindered.incrementAndGet();
	}

	@Override
	public void reconnected(String listener, Duration gap) {
		this.reconnected.incrementAndGet();
	}

	@Override
	public void overflowed(String listener, Delivery delivery) {
		this.overflowed.incrementAndGet();
	}

	@Override
	public void gap(String listener, String channel, Duration duration) {
		this.gaps.add(new Gap(channel, duration));
	}

	public List<String> turns() {
		return this.turns;
	}

	public int overflowed() {
		return this.overflowed.get();
	}

	public List<Gap> gaps() {
		return this.gaps;
	}

	public int handled() {
		return this.handled.get();
	}

	public int failed() {
		return this.failed.get();
	}

	public int retried() {
		return this.retried.get();
	}

	public int dropped() {
		return this.dropped.get();
	}

	public int reclaimed() {
		return this.reclaimed.get();
	}

	public int lost() {
		return this.lost.get();
	}

	public int trimmed() {
		return this.trimmed.get();
	}

	public int disconnected() {
		return this.disconnected.get();
	}

	/**
	 * The number of times that Redis kept the listener from reclaiming, renewing or
	 * settling.
	 */
	public int hindered() {
		return this.hindered.get();
	}

	public int reconnected() {
		return this.reconnected.get();
	}

	public List<DeadLetter.Reason> deadLetters() {
		return this.deadLetters;
	}

	/** A reported gap in the subscription of a channel. */
	public record Gap(String channel, Duration duration) {
	}

}
