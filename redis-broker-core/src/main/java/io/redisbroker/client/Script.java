package io.redisbroker.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A Lua script in a file beside the class that uses it. Read on the first run, because an
 * application needs few scripts to start. Immutable.
 */
public final class Script {

	private final Class<?> owner;

	private final List<String> files;

	private volatile @Nullable Text text;

	private Script(Class<?> owner, List<String> files) {
		this.owner = owner;
		this.files = files;
	}

	/**
	 * Names a script of one or more files; several are joined in the order given, so that
	 * scripts can share functions. A file that is missing shows when the script is first
	 * run, as an {@link IllegalStateException}.
	 * @param owner the class beside which the files lie
	 * @param files the file names
	 * @return the script
	 */
	public static Script load(Class<?> owner, String... files) {
		return new Script(owner, List.of(files));
	}

	String source() {
		return text().source();
	}

	String sha() {
		return text().sha();
	}

	private Text text() {
		Text known = this.text;
		if (known == null) {
			String source = read();
			known = new Text(source, sha1(source));
			this.text = known;
		}
		return known;
	}

	private String read() {
		StringBuilder source = new StringBuilder();
		for (String file : this.files) {
			try (InputStream in = this.owner.getResourceAsStream(file)) {
				if (in == null) {
					throw new IllegalStateException("No script " + file + " beside " + this.owner.getName());
				}
				source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return source.toString();
	}

	private static String sha1(String source) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-1");
			return HexFormat.of().formatHex(digest.digest(source.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("EVALSHA names scripts by SHA-1, which this JVM lacks", ex);
		}
	}

	private record Text(String source, String sha) {
	}

}
