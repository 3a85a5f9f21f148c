package io.redisbroker.client;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;

/**
 * A command whose timeout counts from the last byte of its reply. The driver asks for the
 * output once when it sends the command, and then for each piece that arrives.
 *
 * @param <T> the reply
 */
final class TransferCommand<T> extends AsyncCommand<byte[], byte[], T> {

	private final Transfer transfer;

	private boolean sent;

	TransferCommand(RedisCommand<byte[], byte[], T> command, Transfer transfer) {
		super(command);
		this.transfer = transfer;
	}

	@Override
	public CommandOutput<byte[], byte[], T> getOutput() {
		// it also asks when it cancels commands
		if (this.sent && !isDone()) {
			this.transfer.arrived();
		}
		this.sent = true;
		return super.getOutput();
	}

	@Override
	public boolean completeExceptionally(Throwable failure) {
		if (failure instanceof RedisCommandTimeoutException && !isDone()
				&& this.transfer.waits(() -> completeExceptionally(failure))) {
			return false;
		}
		return super.completeExceptionally(failure);
	}

}
