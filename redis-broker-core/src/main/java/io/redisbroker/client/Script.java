package io.redisbroker.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script that lies beside the class that uses it. Immutable.
 *
 * @since 0.1.0
 */
public final class Script {

	private final String source;

	private final String sha;

	private Script(String source) {
		this.source = source;
		this.sha = sha1(source);
	}

	/**
	 * Loads a script from one or more files; several are joined in the order given, so
	 * that scripts can share functions.
	 * @param owner the class beside which the files lie
	 * @param files the file names
	 * @return the script
	 * @throws IllegalStateException when a file is missing
	 */
	public static Script load(Class<?> owner, String... files) {
		StringBuilder source = new StringBuilder();
		for (String file : files) {
			try (InputStream in = owner.getResourceAsStream(file)) {
				if (in == null) {
					throw new IllegalStateException("No script " + file + " beside " + owner.getName());
				}
				source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return new Script(source.toString());
	}

	String source() {
		return this.source;
	}

	String sha() {
		return this.sha;
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

}
