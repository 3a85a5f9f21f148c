package io.redisbroker.engine.stream;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A consumer group without active consumers that keeps entries in a stream which would
 * otherwise be removed.
 *
 * @param stream the stream's key
 * @param group the group
 * @param missing whether the group does not exist: a listener of this application will
 * create it, and has not started yet
 * @param consumers how many consumers the group has
 * @param idle for how long the last of them has been idle, or {@code null} without any
 * @param pending how many entries are delivered and not acknowledged
 * @param undelivered how many entries were not delivered, or {@code null} where Redis
 * can't tell
 */
public record IdleGroup(String stream, String group, boolean missing, long consumers, @Nullable Duration idle,
		long pending, @Nullable Long undelivered) {

	/**
	 * Describes the problem and its remedy.
	 * @return sentences for a person
	 */
	public String description() {
		String kept = " keeps entries in stream '" + this.stream + "' (" + this.pending + " not acknowledged, "
				+ ((this.undelivered != null) ? this.undelivered : "an unknown number") + " not delivered). ";
		if (this.missing) {
			return "Group '" + this.group + "' does not exist yet and" + kept
					+ "Start its listener, or remove the listener from the application";
		}
		return "Group '" + this.group + "' has "
				+ ((this.idle != null) ? "had no active consumer for " + this.idle.toMinutes() + " min" : "no consumer")
				+ " and" + kept + "Start a listener of the group, or delete the group and its position: XGROUP DESTROY "
				+ this.stream + " " + this.group;
	}

	boolean isSameAs(IdleGroup other) {
		return this.group.equals(other.group) && this.missing == other.missing;
	}

}
