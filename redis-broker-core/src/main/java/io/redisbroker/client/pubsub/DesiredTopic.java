package io.redisbroker.client.pubsub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.redisbroker.client.Failures;
import org.jspecify.annotations.Nullable;

/**
 * A topic with subscribers, and the state of its subscription in Redis. Changed by one
 * thread only; {@link #members} and {@link #link} are read by I/O threads.
 */
final class DesiredTopic {

	private final Topic topic;

	private final List<Subscription> members = new CopyOnWriteArrayList<>();

	private volatile @Nullable PubSubLink link;

	private State state = State.ABSENT;

	private long absentSince = System.nanoTime();

	private int failures;

	/** The refusal of Redis, if it does not pass by itself. */
	private @Nullable Throwable refusal;

	private long notBefore = System.nanoTime();

	DesiredTopic(Topic topic) {
		this.topic = topic;
	}

	Topic topic() {
		return this.topic;
	}

	List<Subscription> members() {
		return this.members;
	}

	boolean isWanted() {
		return !this.members.isEmpty();
	}

	State state() {
		return this.state;
	}

	/**
	 * The connection on which it is subscribed, or is being subscribed or unsubscribed.
	 */
	@Nullable PubSubLink link() {
		return this.link;
	}

	boolean isOn(PubSubLink other) {
		return this.link == other;
	}

	/** Whether an answer of Redis is outstanding. */
	boolean isWaitingFor(PubSubLink other) {
		return isOn(other) && (this.state == State.SUBSCRIBING || this.state == State.LEAVING);
	}

	boolean isDue(long now) {
		return now - this.notBefore >= 0;
	}

	void join(Subscription member) {
		this.members.add(member);
		if (this.state == State.ACTIVE) {
			member.arrived(this.topic);
		}
		else if (this.refusal != null) {
			member.missing(this.topic, System.nanoTime(), this.refusal);
		}
	}

	void subscribing(PubSubLink on) {
		this.link = on;
		this.state = State.SUBSCRIBING;
	}

	void active() {
		this.state = State.ACTIVE;
		this.failures = 0;
		this.refusal = null;
		this.members.forEach((member) -> member.arrived(this.topic));
	}

	void leaving() {
		this.state = State.LEAVING;
	}

	/** The subscription has ended. */
	void absent(long since, Throwable cause) {
		if (this.state == State.ACTIVE || this.state == State.LEAVING) {
			this.absentSince = since;
		}
		this.state = State.ABSENT;
		this.link = null;
		missing(cause);
	}

	/**
	 * The subscription has ended as requested: members that joined meanwhile have no gap.
	 */
	void left(long since, Throwable cause) {
		this.absentSince = since;
		this.state = State.ABSENT;
		this.link = null;
		this.members.forEach((member) -> member.interrupted(this.topic, since, cause));
	}

	/** Messages may be missing, although the subscription lasts. */
	void silent(long since, Throwable cause) {
		if (this.state == State.ACTIVE) {
			this.members.forEach((member) -> {
				member.interrupted(this.topic, since, cause);
				member.arrived(this.topic);
			});
		}
	}

	/** Subscribing failed, and is tried again after a pause. */
	void failed(Throwable cause, long pause) {
		this.state = State.ABSENT;
		this.link = null;
		this.failures++;
		this.refusal = Failures.isTransient(cause) ? null : cause;
		this.notBefore = System.nanoTime() + pause;
		missing(cause);
	}

	int failures() {
		return this.failures;
	}

	void missing(Throwable cause) {
		this.members.forEach((member) -> member.missing(this.topic, this.absentSince, cause));
	}

	/** The state of the subscription in Redis. */
	enum State {

		/** Not subscribed. */
		ABSENT,

		/** Redis was asked for it. */
		SUBSCRIBING,

		/** Redis has confirmed it. */
		ACTIVE,

		/** Redis was asked to end it. */
		LEAVING

	}

}
