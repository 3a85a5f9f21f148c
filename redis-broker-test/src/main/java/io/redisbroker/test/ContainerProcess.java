package io.redisbroker.test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.HostConfig;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.LogUtils;

/**
 * A Redis server in a container on the network of its host, so that every topology works
 * as it does with native processes. It is one container over all starts: its data stays.
 * Testcontainers finds the Docker API, pulls the image and removes leftovers.
 */
final class ContainerProcess implements ServerProcess {

	private static final String DATA = "/data";

	// Also of an image that cannot be pulled, which takes two minutes to find out
	private static final Map<String, CompletableFuture<String>> IMAGES = new ConcurrentHashMap<>();

	private static final int GRACE_SECONDS = 10;

	private final DockerClient docker;

	private final String name;

	private final String configurationFile;

	private final String id;

	ContainerProcess(String image, ServerSpec spec) {
		this.docker = docker(image);
		this.name = spec.name();
		this.configurationFile = DATA + "/" + spec.name() + "-" + UUID.randomUUID() + ".conf";
		this.id = create(image, spec);
		try {
			copyConfiguration(spec);
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	// Testcontainers throws all kinds of exceptions, and logs its attempts
	private static DockerClient docker(String image) {
		try {
			return DockerClientFactory.instance().client();
		}
		catch (RuntimeException ex) {
			throw new RedisServerException("docker:" + image + " cannot be run: there is no Docker API that "
					+ "Testcontainers can use (" + ex.getMessage() + "). Start Docker, or set the environment "
					+ "variable DOCKER_HOST to its address. Or do without: " + ServerSource.alternatives(), ex);
		}
	}

	private static String pulled(String image) {
		try {
			return IMAGES
				.computeIfAbsent(image,
						(name) -> CompletableFuture
							.supplyAsync(() -> new RemoteDockerImage(DockerImageName.parse(name)).get(), Runnable::run))
				.join();
		}
		catch (CompletionException ex) {
			throw new RedisServerException("docker:" + image + " cannot be run: the image is not there and cannot be"
					+ " pulled (" + ex.getCause() + "). Try `docker pull " + image + "`. Or choose another one. "
					+ ServerSource.alternatives(), ex);
		}
	}

	private String create(String image, ServerSpec spec) {
		String resolved = pulled(image);
		try {
			Map<String, String> labels = new HashMap<>(DockerClientFactory.DEFAULT_LABELS);
			labels.put(DockerClientFactory.TESTCONTAINERS_SESSION_ID_LABEL, DockerClientFactory.SESSION_ID);
			List<String> arguments = new ArrayList<>(List.of(this.configurationFile));
			if (spec.sentinel()) {
				arguments.add("--sentinel");
			}
			try (CreateContainerCmd command = this.docker.createContainerCmd(resolved)) {
				return command.withEntrypoint(entrypoint(resolved))
					.withCmd(arguments)
					.withLabels(labels)
					.withHostConfig(HostConfig.newHostConfig().withNetworkMode("host"))
					.exec()
					.getId();
			}
		}
		catch (RuntimeException ex) {
			throw new RedisServerException("Cannot create a container of the image " + image, ex);
		}
	}

	// A configuration file must be the first argument of the server. Where an image has
	// put
	// options there they give way to ours
	private List<String> entrypoint(String image) {
		String[] entrypoint = this.docker.inspectImageCmd(image).exec().getConfig().getEntrypoint();
		List<String> words = (entrypoint != null) ? List.of(entrypoint) : List.of("redis-server");
		for (int word = 0; word < words.size(); word++) {
			if (words.get(word).endsWith("redis-server") || words.get(word).endsWith("valkey-server")) {
				return words.subList(0, word + 1);
			}
		}
		return words;
	}

	private void copyConfiguration(ServerSpec spec) {
		List<String> lines = new ArrayList<>(spec.configuration());
		lines.add("dir " + DATA);
		byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
		try (InputStream archive = archive(content)) {
			this.docker.copyArchiveToContainerCmd(this.id).withRemotePath("/").withTarInputStream(archive).exec();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot pack the configuration of " + this.name, ex);
		}
	}

	// Writable for all: images run the server as a user of their own, and a Sentinel
	// rewrites its configuration
	private InputStream archive(byte[] content) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
			tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
			TarArchiveEntry entry = new TarArchiveEntry(this.configurationFile.substring(1));
			entry.setSize(content.length);
			entry.setMode(0100666);
			tar.putArchiveEntry(entry);
			tar.write(content);
			tar.closeArchiveEntry();
		}
		return new ByteArrayInputStream(bytes.toByteArray());
	}

	@Override
	public void start() {
		attempt("start", () -> this.docker.startContainerCmd(this.id).exec());
	}

	@Override
	public void terminate() {
		attempt("stop", () -> this.docker.stopContainerCmd(this.id).withTimeout(GRACE_SECONDS).exec());
		awaitEnd();
	}

	@Override
	public void kill() {
		if (isAlive()) {
			signal("KILL");
			awaitEnd();
		}
	}

	private void awaitEnd() {
		Await.until(() -> this.name + " ended", () -> !isAlive());
	}

	// Not "docker pause": a paused container can be neither killed nor stopped
	@Override
	public void freeze() {
		signal("STOP");
	}

	@Override
	public void resume() {
		signal("CONT");
	}

	private void signal(String signal) {
		attempt("signal " + signal + " for",
				() -> this.docker.killContainerCmd(this.id).withSignal("SIG" + signal).exec());
	}

	private void attempt(String what, Runnable command) {
		try {
			command.run();
		}
		catch (NotModifiedException ex) {
			// it is so already
		}
		catch (DockerException ex) {
			throw new RedisServerException("Docker: cannot " + what + " " + this.name, ex);
		}
	}

	private ContainerState state() {
		return this.docker.inspectContainerCmd(this.id).exec().getState();
	}

	@Override
	public boolean isAlive() {
		return Boolean.TRUE.equals(state().getRunning());
	}

	@Override
	public long pid() {
		Long pid = state().getPidLong();
		return (pid != null) ? pid : 0;
	}

	@Override
	public String log() {
		return LogUtils.getOutput(this.docker, this.id);
	}

	@Override
	public String configurationFile() {
		return this.configurationFile;
	}

	@Override
	public void close() {
		try {
			this.docker.removeContainerCmd(this.id).withForce(true).withRemoveVolumes(true).exec();
		}
		catch (NotFoundException ex) {
			// another process has removed it
		}
	}

}
