package io.redisbroker.engine.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.DelayedMessage;
import io.redisbroker.admin.EntryRange;
import io.redisbroker.admin.GroupState;
import io.redisbroker.admin.LeasedMessage;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.PendingEntry;
import io.redisbroker.admin.PendingFilter;
import io.redisbroker.admin.StoredEntry;
import io.redisbroker.admin.WaitingMessage;
import org.jspecify.annotations.Nullable;

/**
 * Looks into one source. A transport implements the questions that its sources can
 * answer; the others are refused. Equal views give the same answers. See
 * {@link io.redisbroker.admin.Sources}, which checks the sizes of pages.
 */
@FunctionalInterface
public interface SourceView {

	/** The size of messages in a page above which it ends, in bytes. */
	long MOST_BYTES = 8 * 1024 * 1024;

	/**
	 * Explains that the source does not have something.
	 * @param something for example {@code groups}
	 * @return the refusal, which names the things that the source has
	 */
	IllegalArgumentException lacks(String something);

	default CompletableFuture<Page<StoredEntry>> entries(EntryRange range, @Nullable String from, int most) {
		throw lacks("entries");
	}

	/** Empty where there is no such group. */
	default CompletableFuture<Page<PendingEntry>> pending(String group, PendingFilter filter, @Nullable String from,
			int most) {
		throw lacks("pending entries");
	}

	default CompletableFuture<List<GroupState>> groups() {
		throw lacks("consumer groups");
	}

	/** Empty where there is no such group. */
	default CompletableFuture<List<ConsumerState>> consumers(String group) {
		throw lacks("consumer groups");
	}

	default CompletableFuture<Page<WaitingMessage>> waiting(@Nullable String from, int most) {
		throw lacks("waiting messages");
	}

	default CompletableFuture<Page<DelayedMessage>> delayed(@Nullable String from, int most) {
		throw lacks("delayed messages");
	}

	default CompletableFuture<Page<LeasedMessage>> leased(@Nullable String from, int most) {
		throw lacks("leased messages");
	}

}
