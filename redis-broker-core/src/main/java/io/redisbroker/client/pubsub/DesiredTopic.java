package io.redisbroker.client.pubsub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.redisbroker.client.Failures;
import org.jspecify.annotations.Nullable;

/**
 * A topic that somebody wants, with what is known about it. Changed by one thread only;
 * {@link #members} and {@link #link} are read by I/O threads.
 */
final class DesiredTopic {

	private final Topic topic;

	private final List<Subscription> members = new CopyOnWriteArrayList<>();

	private volatile @Nullable PubSubLink link;

	private State state = State.ABSENT;

	private long absentSince = System.nanoTime();

	private int failures;

	/** Why Redis refuses it, for a reason that does not pass by itself. */
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

	/** Where it is subscribed, or on the way to or from it. */
	@Nullable PubSubLink link() {
		return this.link;
	}

	boolean isOn(PubSubLink other) {
		return this.link == other;
	}

	/** Whether Redis was asked something that it has not answered yet. */
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

	/** Nothing arrives any more. */
	void absent(long since, Throwable cause) {
		if (this.state == State.ACTIVE || this.state == State.LEAVING) {
			this.absentSince = since;
		}
		this.state = State.ABSENT;
		this.link = null;
		missing(cause);
	}

	/**
	 * Nothing arrives any more, as was asked for: who joined since then lacks nothing.
	 */
	void left(long since, Throwable cause) {
		this.absentSince = since;
		this.state = State.ABSENT;
		this.link = null;
		this.members.forEach((member) -> member.interrupted(this.topic, since, cause));
	}

	/** Messages may be missing, though the subscription lasts. */
	void silent(long since, Throwable cause) {
		if (this.state == State.ACTIVE) {
			this.members.forEach((member) -> {
				member.interrupted(this.topic, since, cause);
				member.arrived(this.topic);
			});
		}
	}

	/** It could not be subscribed, and is tried again after a while. */
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

	/** What is known about the subscription in Redis. */
	enum State {

		/** There is none. */
		ABSENT,

		/** Redis was asked for it. */
		SUBSCRIBING,

		/** Redis has confirmed it. */
		ACTIVE,

		/** Redis was asked to end it. */
		LEAVING

	}

}
