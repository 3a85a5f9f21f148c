package io.redisbroker.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import org.jspecify.annotations.Nullable;

/**
 * One Redis command with the form of its reply. Keys are named as keys, so that a cluster
 * routes the command. Not thread-safe while it is built; to be sent once.
 *
 * @param <T> the reply
 */
public final class Command<T> {

	/** Any node of a cluster can answer. */
	static final int NO_SLOT = -1;

	private static final Map<String, Name> NAMES = new ConcurrentHashMap<>();

	private final Name name;

	private final Reply<T> reply;

	private final CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);

	private byte @Nullable [] firstKey;

	private Duration wait = Duration.ZERO;

	private @Nullable Transfer transfer;

	private Command(String name, Reply<T> reply) {
		this.name = NAMES.computeIfAbsent(name, Name::new);
		this.reply = reply;
	}

	/**
	 * Starts a command.
	 * @param <T> the reply
	 * @param name the command's name, for example {@code XADD}
	 * @param reply the form of its reply
	 * @return the command, to be completed with keys and arguments
	 */
	public static <T> Command<T> of(String name, Reply<T> reply) {
		return new Command<>(name, reply);
	}

	/**
	 * Appends a key.
	 * @param key the key
	 * @return this command
	 */
	public Command<T> key(String key) {
		return key(key.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Appends a key that many commands share.
	 * @param key the key in UTF-8
	 * @return this command
	 */
	public Command<T> key(byte[] key) {
		if (this.firstKey == null) {
			this.firstKey = key;
		}
		this.args.addKey(key);
		return this;
	}

	/**
	 * Appends a text argument, sent as UTF-8.
	 * @param argument the argument
	 * @return this command
	 */
	public Command<T> arg(String argument) {
		this.args.add(argument.getBytes(StandardCharsets.UTF_8));
		return this;
	}

	/**
	 * Appends a number.
	 * @param argument the argument
	 * @return this command
	 */
	public Command<T> arg(long argument) {
		this.args.add(argument);
		return this;
	}

	/**
	 * Appends bytes as they are.
	 * @param argument the argument
	 * @return this command
	 */
	public Command<T> arg(byte[] argument) {
		this.args.add(argument);
		return this;
	}

	/**
	 * Says that Redis may hold the reply back this long (the {@code BLOCK} of the
	 * command), so that the command's timeout starts to count only afterwards.
	 * @param wait the longest wait in Redis
	 * @return this command
	 */
	public Command<T> waiting(Duration wait) {
		this.wait = wait;
		return this;
	}

	Duration waiting() {
		return this.wait;
	}

	/** Says of which transfer the reply is a part. */
	Command<T> transfer(Transfer transfer) {
		this.transfer = transfer;
		return this;
	}

	/** Whether it publishes on a channel, which a replica accepts too. */
	boolean publishes() {
		return this.name.text.endsWith("PUBLISH");
	}

	AsyncCommand<byte[], byte[], T> toAsync() {
		Transfer part = this.transfer;
		return (part != null) ? new TransferCommand<>(toLettuce(), part) : new AsyncCommand<>(toLettuce());
	}

	/** The slot of the first key in a cluster; {@link #NO_SLOT} without a key. */
	int slot() {
		return (this.firstKey != null) ? SlotHash.getSlot(this.firstKey) : NO_SLOT;
	}

	LettuceCommand<T> toLettuce() {
		return new LettuceCommand<>(this.name, this.reply.newOutput(), this.args, this.wait);
	}

	/**
	 * The driver's command, which also carries how long Redis may hold the reply back.
	 */
	static final class LettuceCommand<T> extends io.lettuce.core.protocol.Command<byte[], byte[], T> {

		private final Duration wait;

		LettuceCommand(ProtocolKeyword type, io.lettuce.core.output.CommandOutput<byte[], byte[], T> output,
				CommandArgs<byte[], byte[]> args, Duration wait) {
			super(type, output, args);
			this.wait = wait;
		}

		Duration waitInRedis() {
			return this.wait;
		}

	}

	/** Encoded once, however often it is sent. */
	private static final class Name implements ProtocolKeyword {

		private final String text;

		private final byte[] bytes;

		Name(String text) {
			this.text = text;
			this.bytes = text.getBytes(StandardCharsets.US_ASCII);
		}

		@Override
		public byte[] getBytes() {
			return this.bytes;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
