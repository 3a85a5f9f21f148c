package io.redisbroker.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

import io.redisbroker.test.RedisServer;

/**
 * A proxy between a client and Redis. It can lose their packets without closing a
 * connection, so that the client has half-open connections.
 */
public final class TcpProxy implements Closeable {

	private final ServerSocket socket;

	private volatile RedisServer redis;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private volatile long delay;

	private final SlowLine line = new SlowLine();

	private final List<Tunnel> tunnels = new CopyOnWriteArrayList<>();

	public TcpProxy(RedisServer redis) {
		this.redis = redis;
		try {
			this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.execute(this::accept);
	}

	public int port() {
		return this.socket.getLocalPort();
	}

	/** Loses all packets from now on, over the connections that are open now. */
	public void losePackets() {
		this.tunnels.forEach((tunnel) -> tunnel.losing = true);
	}

	/** Leads new connections to another server, as a change of a DNS name does. */
	public void leadTo(RedisServer other) {
		this.redis = other;
	}

	/**
	 * Limits the bytes per second from Redis, over all connections, as a slow network
	 * does.
	 */
	public void limit(int bytesPerSecond) {
		this.line.limit(bytesPerSecond);
	}

	/** Delays all packets. */
	public void delay(Duration delay) {
		this.delay = delay.toMillis();
	}

	private void accept() {
		try {
			while (true) {
				Tunnel tunnel = new Tunnel(this.socket.accept(), new Socket(this.redis.host(), this.redis.port()));
				this.tunnels.add(tunnel);
				this.threads.execute(() -> tunnel.pump(tunnel.client, tunnel.server, (bytes) -> {
				}));
				this.threads.execute(() -> tunnel.pump(tunnel.server, tunnel.client, this.line::carry));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		for (Tunnel tunnel : new ArrayList<>(this.tunnels)) {
			tunnel.client.close();
			tunnel.server.close();
		}
		this.threads.shutdown();
	}

	private final class Tunnel {

		private final Socket client;

		private final Socket server;

		private volatile boolean losing;

		Tunnel(Socket client, Socket server) {
			this.client = client;
			this.server = server;
		}

		private void pump(Socket from, Socket to, IntConsumer carrying) {
			byte[] buffer = new byte[16 * 1024];
			try (from; to) {
				InputStream in = from.getInputStream();
				OutputStream out = to.getOutputStream();
				int length;
				while ((length = in.read(buffer)) >= 0) {
					Work.lasting(Duration.ofMillis(TcpProxy.this.delay));
					carrying.accept(length);
					if (!this.losing) {
						out.write(buffer, 0, length);
					}
				}
			}
			catch (IOException | InterruptedException ex) {
				// one side has closed, so the other is closed too
			}
		}

	}

}
