package io.redisbroker.engine.preflight;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.engine.preflight.Finding.Subject;
import io.redisbroker.engine.registry.RequiredCommand;

/**
 * Whether the user may send the commands that listeners need.
 */
final class PermissionCheck {

	private final RedisConnection connection;

	PermissionCheck(RedisConnection connection) {
		this.connection = connection;
	}

	/** Finds missing rights: one finding at most, with all rights to grant. */
	CompletableFuture<List<Finding>> check(List<RequiredCommand> commands) {
		if (commands.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		return MissingRights.of(this.connection, commands).handle((missing, failure) -> {
			if (failure == null) {
				return lacking(missing);
			}
			if (Failures.hasCode(failure, "NOPERM")) {
				// a listener that runs no scripts finds out when it subscribes
				return lacking(commands.containsAll(RequiredCommand.SCRIPTS) ? List.of("+@scripting") : List.of());
			}
			return CompletableFuture.<List<Finding>>failedFuture(failure);
		}).thenCompose((findings) -> findings);
	}

	private CompletableFuture<List<Finding>> lacking(List<String> rights) {
		return rights.isEmpty() ? CompletableFuture.completedFuture(List.of()) : MissingRights
			.grant(this.connection, rights)
			.thenApply((action) -> List
				.of(Finding.warning(Subject.PERMISSIONS, "The Redis user lacks rights that listeners need", action)));
	}

}
