package io.redisbroker.autoconfigure;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers what version of Redis it is, and nothing else: there is no binary of an old
 * Redis to test with.
 */
final class OldRedis implements Closeable {

	private final ServerSocket socket;

	private final String version;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	OldRedis(String version) {
		this.version = version;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.execute(this::accept);
	}

	int port() {
		return this.socket.getLocalPort();
	}

	private void accept() {
		try {
			while (!this.socket.isClosed()) {
				Socket client = this.socket.accept();
				this.threads.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket client) {
		try (client) {
			BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()));
			OutputStream out = client.getOutputStream();
			List<String> command;
			while ((command = read(in)) != null) {
				out.write(reply(command.get(0).toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.US_ASCII));
				out.flush();
			}
		}
		catch (IOException ex) {
			// the client went away
		}
	}

	private static List<String> read(BufferedReader in) throws IOException {
		String header = in.readLine();
		if (header == null) {
			return null;
		}
		List<String> command = new ArrayList<>();
		for (int i = Integer.parseInt(header.substring(1)); i > 0; i--) {
			in.readLine();
			command.add(in.readLine());
		}
		return command;
	}

	private String reply(String command) {
		if (command.equals("INFO")) {
			String info = "# Server\r\nredis_version:" + this.version + "\r\nredis_mode:standalone\r\n";
			return "$" + info.length() + "\r\n" + info + "\r\n";
		}
		// HELLO is unknown, so the client speaks the old protocol and greets with PING
		return command.equals("PING") ? "+PONG\r\n" : "-ERR unknown command '" + command + "'\r\n";
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		this.threads.shutdownNow();
	}

}
