package io.redisbroker.test;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A tiny shell that waits for the end of this JVM, even by SIGKILL, then kills the server
 * and removes its data. It notices the end because the pipe to its standard input closes.
 * Unlike a shutdown hook it acts after all hooks, so an application can still use its
 * Redis while it shuts down.
 */
final class OrphanGuard implements AutoCloseable {

	private static final String SCRIPT = """
			trap '' HUP INT TERM
			server=
			while read -r next; do server=$next; done
			[ -z "$server" ] || kill -9 "$server"
			[ -z "$1" ] || rm -rf "$1"
			""";

	private final Process shell;

	private final OutputStream pipe;

	private long guarded;

	/**
	 * Start watching.
	 * @param data the directory to remove at the end, {@code null} for none
	 */
	OrphanGuard(@Nullable Path data) throws IOException {
		this.shell = new ProcessBuilder("sh", "-c", SCRIPT, "redis-broker-test-guard",
				(data != null) ? data.toString() : "")
			.redirectOutput(Redirect.DISCARD)
			.redirectError(Redirect.DISCARD)
			.start();
		this.pipe = this.shell.getOutputStream();
	}

	/**
	 * Name the process to kill at the end.
	 * @param pid its id
	 */
	synchronized void guard(long pid) throws IOException {
		this.guarded = pid;
		tell(Long.toString(pid));
	}

	/**
	 * Forget a process that has ended: its id may be given to another one.
	 * @param pid its id
	 */
	synchronized void forget(long pid) {
		if (this.guarded == pid) {
			try {
				tell("");
			}
			catch (IOException ex) {
				// the guard has been closed in between
			}
		}
	}

	private void tell(String line) throws IOException {
		this.pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
		this.pipe.flush();
	}

	/**
	 * Clean up now, as at the end of the JVM, and wait for it.
	 */
	@Override
	public void close() throws IOException {
		this.pipe.close();
		this.shell.onExit().join();
	}

}
